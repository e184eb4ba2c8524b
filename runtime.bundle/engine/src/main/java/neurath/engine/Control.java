package neurath.engine;

/** What travels on an arc and is no data. Final subclasses only, so that a section tells it from data by one comparison of classes. */
abstract sealed class Control permits Marker, End {}
