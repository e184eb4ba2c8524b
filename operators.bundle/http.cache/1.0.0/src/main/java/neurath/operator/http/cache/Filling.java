package neurath.operator.http.cache;

/** How a new cache is filled, beside what requests bring. */
enum Filling {
    /** Not at all. */
    NONE,
    /** With all files at once, as soon as it is put in: requests wait. */
    INLINE,
    /** With all files before it is put in: the update waits, requests do not. */
    OFFLINE,
    /** With some files at a time, between requests: nobody waits. */
    ITERATIVE
}
