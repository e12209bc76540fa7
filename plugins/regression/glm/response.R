# The response, as its family wants it.

read_response <- function(raw, keep, request, family, params, context) {
  name <- request$response
  if (family == "binomial") return(read_binary(raw, keep, request, params, context))
  if (!is.null(params$event_value))
    refuse_column(context, "EVENT_NOT_BINARY", "`event_value` is for the family binomial only.", name, "event_value",
      class = "input", hint = "Leave it out, or choose the family binomial.")
  y <- numbers_of(raw, name, "response", context)[keep]
  refuse_first <- function(bad, code, says, hint) if (any(bad))
    refuse_column(context, code, paste0("Column ", quoted(name), " holds ", says, " in row ", keep[which(bad)[1]], "."),
      name, "response", row = keep[which(bad)[1]], hint = hint)
  if (family == "gamma") refuse_first(y <= 0, "NOT_POSITIVE", "a value that is not above zero",
    "The gamma family is for values above zero.")
  else {
    refuse_first(y < 0, "NEGATIVE_COUNT", "a negative value", "Counts are zero or more.")
    if (family != "quasi") refuse_first(y != round(y), "NOT_A_COUNT", "a value that is no whole number",
      "Give counts; exposure belongs in `offset`, as its logarithm. For other values use the family quasi or gamma.")
  }
  list(y = y, event = NULL)
}

# Yes or no as 0 and 1; shares between them where the weights say of how many trials.
read_binary <- function(raw, keep, request, params, context) {
  name <- request$response
  x <- raw[keep]
  if (is.numeric(x) && is.null(params$event_value)) numbers_of(x, name, "response", context)
  if (is.numeric(x) && is.null(params$event_value) && length(request$weights) > 0 && length(x) > 0 &&
    all(x >= 0 & x <= 1) && any(x > 0 & x < 1)) return(list(y = as.numeric(x), event = NULL))
  levels <- levels_of(x)
  count <- length(levels$labels)
  wanted <- text_of(params$event_value)
  if (count > 2 || (count == 1 && length(wanted) == 0 && !(is.numeric(x) && levels$labels %in% c("0", "1"))))
    refuse_column(context, "NOT_BINARY", sprintf("Column %s has %d values in the rows used; yes or no has two.",
      quoted(name), count), name, "response",
      hint = "Choose a column with two values; shares need the number of trials in `weights`.")
  event <- if (length(wanted) > 0) label_of(unlist(params$event_value)) else
    if (count == 2) levels$labels[2] else "1"
  if (count == 2 && !event %in% levels$labels)
    refuse_column(context, "EVENT_NOT_FOUND", paste0("Column ", quoted(name), " does not hold the value ",
      quoted(event), "."), name, "event_value", class = "input",
      hint = paste0("Its values are ", quoted(levels$labels[1]), " and ", quoted(levels$labels[2]), "."))
  list(y = as.numeric(levels$labels[levels$codes] == event), event = event)
}
