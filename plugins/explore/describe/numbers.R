# Statistics of numeric columns, by two passes: first the mean, then powers of the distances to it.

text_of <- function(x) as.character(unlist(x))
brief <- function(name, most = 60) if (nchar(name) > most) paste0(substr(name, 1, most - 3), "...") else name
quoted <- function(name) paste0('"', brief(name), '"')

# Mean, standard deviation and the bias-corrected G1 and G2 (Joanes & Gill 1998) of finite values.
moments_of <- function(x) {
  n <- length(x)
  none <- list(mean = NA_real_, sd = NA_real_, skewness = NA_real_, kurtosis_excess = NA_real_)
  if (n == 0) return(none)
  centre <- mean(x) # R sums in extended precision and corrects the mean in a second pass
  d <- x - centre
  scale <- max(abs(d))
  if (!is.finite(scale)) return(none)
  if (max(x) == min(x)) return(utils::modifyList(none, list(mean = x[1], sd = if (n > 1) 0 else NA_real_)))
  d <- d / scale # powers neither overflow nor vanish
  d <- d - mean(d)
  m2 <- mean(d^2)
  g1 <- mean(d^3) / m2^1.5
  g2 <- mean(d^4) / m2^2 - 3
  list(mean = centre, sd = sqrt(sum(d^2) / (n - 1)) * scale,
    skewness = if (n > 2) g1 * sqrt(n * (n - 1)) / (n - 2) else NA_real_,
    kurtosis_excess = if (n > 3) ((n + 1) * g2 + 6) * (n - 1) / ((n - 2) * (n - 3)) else NA_real_)
}

# Autocorrelations of lags 1 to `lag` in the order of the rows; a missing value takes its pairs out.
autocorrelations <- function(x, lag) {
  usable <- is.finite(x)
  d <- ifelse(usable, x - mean(x[usable]), 0)
  total <- sum(d^2)
  n <- length(d)
  lapply(seq_len(lag), function(k) list(lag = k, value = if (k < n && total > 0 && sum(usable) > k)
    sum(d[(k + 1):n] * d[1:(n - k)]) / total else NA_real_))
}

# Labels of the levels, in the order of the values: numbers by size, text by code point.
levels_of <- function(x) {
  values <- unique(x[!is.na(x)])
  values <- if (is.character(values)) sort(values, method = "radix") else sort(values)
  list(labels = label_of(values), codes = match(x, values))
}

label_of <- function(values) {
  if (is.logical(values)) ifelse(values, "true", "false")
  else if (inherits(values, "POSIXct")) sub("\\.?0*Z$", "Z", format(values, "%Y-%m-%dT%H:%M:%OS6Z", tz = "UTC"))
  else if (is.numeric(values)) ifelse(values == round(values) & abs(values) < 1e15, sprintf("%.0f", values),
    as.character(values))
  else as.character(values)
}

type_of <- function(x) if (inherits(x, "Date")) "date" else if (inherits(x, "POSIXct")) "timestamp" else
  if (is.logical(x)) "boolean" else if (is.integer(x)) "integer" else if (is.numeric(x)) "number" else "text"

describe_numeric <- function(x, lag) {
  x <- as.numeric(x)
  finite <- x[is.finite(x)]
  q <- if (length(finite) > 0) quantile(finite, c(0, 0.25, 0.5, 0.75, 1), names = FALSE, type = 7) else rep(NA_real_, 5)
  moments <- moments_of(finite)
  correlations <- if (lag > 0) autocorrelations(x, lag)
  c(list(infinite = sum(is.infinite(x)), distinct = length(unique(finite))), moments[c("mean", "sd")],
    list(min = q[1], q1 = q[2], median = q[3], q3 = q[4], max = q[5]), moments[c("skewness", "kurtosis_excess")],
    if (lag > 0) list(lag1_autocorrelation = correlations[[1]]$value, autocorrelation = correlations))
}

describe_levels <- function(x) {
  levels <- levels_of(x)
  counts <- tabulate(levels$codes, length(levels$labels))
  first <- head(order(-counts), 10) # ties stay in the order of the values
  list(distinct = length(levels$labels), top = lapply(first,
    function(i) list(value = brief(levels$labels[i], 1000), count = counts[i])))
}

describe_column <- function(name, x, lag) {
  type <- type_of(x)
  base <- list(name = name, type = type, n = sum(!is.na(x)), missing = sum(is.na(x)))
  if (type %in% c("integer", "number")) return(c(base, describe_numeric(x, lag)))
  if (type %in% c("boolean", "text")) return(c(base, describe_levels(x)))
  ends <- x[!is.na(x)]
  ends <- if (length(ends) > 0) label_of(range(ends)) else c(NA_character_, NA_character_)
  c(base, list(distinct = length(unique(x[!is.na(x)])), first = ends[1], last = ends[2]))
}
