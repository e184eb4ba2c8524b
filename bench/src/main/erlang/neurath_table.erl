%% A server that counts per key: the state that code_change brings into the next generation, entry by entry.
-module(neurath_table).
-behaviour(gen_server).
-export([init/1, handle_call/3, handle_cast/2, code_change/3]).

init(Entries) ->
    {ok, maps:from_list([{Key, {0, 1}} || Key <- lists:seq(0, Entries - 1)])}.

handle_call(size, _From, Table) ->
    {reply, map_size(Table), Table}.

handle_cast({hit, Key, Collector}, Table) ->
    #{Key := {Count, Generation}} = Table,
    Collector ! {out, erlang:monotonic_time(nanosecond)},
    {noreply, Table#{Key := {Count + 1, Generation}}}.

code_change(_Before, Table, _Extra) ->
    {ok, maps:map(fun(_Key, {Count, Generation}) -> {Count, Generation + 1} end, Table)}.
