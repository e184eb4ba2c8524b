%% Answers each line on standard input with one on standard output:
%%   version      which Erlang this is
%%   fill N       begins a server of N entries; "ok"
%%   update RATE  changes its code under an open loop of RATE casts a second; the longest time without an output, in ns
-module(neurath_peer).
-export([start/0]).

-define(STEADY_MS, 200).
-define(AFTER_MS, 50).

start() ->
    serve(none).

serve(Server) ->
    case io:get_line("") of
        eof -> halt(0);
        Line -> serve(answer(string:lexemes(Line, " \n"), Server))
    end.

answer(["version"], Server) ->
    io:format("Erlang/OTP ~s, erts ~s~n", [erlang:system_info(otp_release), erlang:system_info(version)]),
    Server;
answer(["fill", Entries], Server) ->
    Server =:= none orelse gen_server:stop(Server),
    Size = list_to_integer(Entries),
    {ok, Filled} = gen_server:start(neurath_table, Size, []),
    Size = gen_server:call(Filled, size, infinity),
    io:format("ok~n"),
    Filled;
answer(["update", Rate], Server) ->
    io:format("~b~n", [update(Server, list_to_integer(Rate))]),
    Server.

update(Server, Rate) ->
    Size = gen_server:call(Server, size, infinity),
    Self = self(),
    Collector = spawn_link(fun() -> collect([]) end),
    Loader = spawn_link(fun() -> load(Self, Server, Collector, Size, Rate, erlang:monotonic_time(nanosecond), 0) end),
    timer:sleep(?STEADY_MS),
    From = erlang:monotonic_time(nanosecond),
    change_code(Server),
    timer:sleep(?AFTER_MS),
    Loader ! stop,
    receive {sent, _} -> ok end,
    gen_server:call(Server, size, infinity), % behind all casts
    To = erlang:monotonic_time(nanosecond),
    Collector ! {report, Self},
    receive {outputs, Times} -> longest([T || T <- Times, T >= From, T =< To], From, To, 0) end.

%% What release_handler does for a server with state.
change_code(Server) ->
    sys:suspend(Server, infinity),
    true = code:soft_purge(neurath_table),
    {module, neurath_table} = code:load_file(neurath_table),
    ok = sys:change_code(Server, neurath_table, undefined, [], infinity),
    sys:resume(Server, infinity).

%% Sends what is due, and leaves nothing out when it is late.
load(Owner, Server, Collector, Size, Rate, Start, Sent) ->
    receive
        stop -> Owner ! {sent, Sent}
    after 1 ->
        Due = (erlang:monotonic_time(nanosecond) - Start) * Rate div 1000000000,
        [gen_server:cast(Server, {hit, Number rem Size, Collector}) || Number <- lists:seq(Sent, Due - 1)],
        load(Owner, Server, Collector, Size, Rate, Start, max(Sent, Due))
    end.

collect(Times) ->
    receive
        {out, At} -> collect([At | Times]);
        {report, Owner} -> Owner ! {outputs, lists:reverse(Times)}
    end.

longest([], Last, To, Longest) -> max(Longest, To - Last);
longest([At | Later], Last, To, Longest) -> longest(Later, At, To, max(Longest, At - Last)).
