# Times, events and groups, in rows that are complete.

text_of <- function(x) as.character(unlist(x))
brief <- function(name, most = 60) if (nchar(name) > most) paste0(substr(name, 1, most - 3), "...") else name
quoted <- function(name) paste0('"', brief(name), '"')
most_groups <- 20

refuse_column <- function(context, code, message, name, param, class = "data", row = NULL, hint = NULL)
  context$refuse(code, message, class = class, where = c(list(column = brief(name, 300)),
    if (!is.null(row)) list(row = row), list(param = param)), hint = hint)

column_of <- function(data, name, param, context) {
  if (!name %in% names(data))
    refuse_column(context, "COLUMN_NOT_FOUND", paste0("There is no column ", quoted(name), "."), name, param,
      class = "input", hint = "Name one of the columns of the data set.")
  x <- data[[name]]
  if (length(x) > 0 && all(is.na(x)))
    refuse_column(context, "ALL_MISSING", paste0("Every value of column ", quoted(name), " is missing."), name, param,
      hint = "Leave the column out, or use a data set in which it is filled.")
  x
}

label_of <- function(v) {
  if (is.logical(v)) ifelse(v, "true", "false")
  else if (is.numeric(v)) ifelse(v == round(v) & abs(v) < 1e15, sprintf("%.0f", v), as.character(v))
  else as.character(v)
}

# Labels of the levels, in the order of the values: numbers by size, text by code point.
levels_of <- function(x) {
  values <- unique(x[!is.na(x)])
  values <- if (is.character(values)) sort(values, method = "radix") else sort(values)
  list(labels = label_of(values), codes = match(x, values))
}

read_time <- function(data, name, context) {
  x <- column_of(data, name, "time", context)
  if (!is.numeric(x)) refuse_column(context, "NOT_NUMERIC", paste0("Column ", quoted(name), " does not hold numbers."),
    name, "time", class = "input", hint = "Choose the column of the times from the start to the event or the last look.")
  x <- as.numeric(x)
  bad <- which(is.infinite(x))
  if (length(bad) > 0) refuse_column(context, "INFINITE_VALUES", paste0("Column ", quoted(name),
    " holds an infinite value in row ", bad[1], "."), name, "time", row = bad[1],
    hint = "Remove or correct the infinite values.")
  bad <- which(x < 0)
  if (length(bad) > 0) refuse_column(context, "NEGATIVE_TIME", paste0("Column ", quoted(name),
    " holds a negative time in row ", bad[1], "."), name, "time", row = bad[1],
    hint = "Times run from the start of each row, at zero.")
  x
}

# TRUE where the event was seen, FALSE where the row was censored.
read_event <- function(data, name, params, context) {
  x <- column_of(data, name, "event", context)
  levels <- levels_of(x)$labels
  wanted <- params$event_value
  plain <- is.logical(x) || all(levels %in% c("0", "1"))
  if (is.null(wanted) && !plain) refuse_column(context, "EVENT_VALUE_NEEDED", paste0("Column ", quoted(name),
    " holds ", paste(vapply(head(levels, 5), quoted, ""), collapse = ", "), if (length(levels) > 5) " and others",
    ": which of them is the event?"), name, "event", class = "input", hint = "Name it in `event_value`.")
  event <- if (is.null(wanted)) (if (is.logical(x)) "true" else "1") else label_of(unlist(wanted))
  if (!is.null(wanted) && !event %in% levels) refuse_column(context, "EVENT_NOT_FOUND", paste0("Column ", quoted(name),
    " does not hold the value ", quoted(event), "."), name, "event_value", class = "input",
    hint = paste0("Its values are ", paste(vapply(head(levels, 5), quoted, ""), collapse = ", "), "."))
  list(seen = ifelse(is.na(x), NA, label_of(x) == event), value = event, levels = length(levels))
}

read_columns <- function(data, params, context) {
  time_name <- text_of(params$time)
  event_name <- text_of(params$event)
  group_name <- text_of(params$group)
  time <- read_time(data, time_name, context)
  event <- read_event(data, event_name, params, context)
  raw <- if (length(group_name) > 0) column_of(data, group_name, "group", context) else rep("all", nrow(data))
  keep <- which(!is.na(time) & !is.na(event$seen) & !is.na(raw))
  if (length(keep) < 2) context$refuse("TOO_FEW_ROWS", sprintf("%d complete %s too few for a curve.", length(keep),
    if (length(keep) == 1) "row is" else "rows are"), hint = "At least two rows with time and event are needed.")
  groups <- levels_of(raw[keep])
  if (length(group_name) > 0 && length(groups$labels) > most_groups) refuse_column(context, "GROUP_COUNT",
    sprintf("Column %s has %d levels in the rows used; at most %d groups are compared.", quoted(group_name),
      length(groups$labels), most_groups), group_name, "group", hint = "Choose a column with fewer levels.")
  if (!any(event$seen[keep])) refuse_column(context, "NO_EVENTS", paste0("No row used has the event ",
    quoted(event$value), " in column ", quoted(event_name), "."), event_name, "event",
    hint = "A survival curve needs events; check the column and `event_value`.")
  missing <- nrow(data) - length(keep)
  list(time_name = time_name, event_name = event_name, group_name = group_name, event_value = event$value,
    event_levels = event$levels, time = time[keep], event = event$seen[keep], group = groups$codes, labels = groups$labels,
    dropped = if (missing > 0) list(list(rows = missing, reason = "a time, an event or a group is missing")) else list())
}
