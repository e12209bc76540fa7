# Mean of a column with its standard error.
#
# data: a data frame; params: a list as tool.json describes it; context: progress(), warn() and refuse().

run <- function(data, params, context) {
  x <- as.numeric(data[[params$column]])
  there <- x[!is.na(x)]
  n <- length(there)
  if (n < 2) context$refuse("TOO_FEW_VALUES", sprintf("Column \"%s\" has %d values.", params$column, n),
    where = list(column = params$column, param = "column"), hint = "At least two values are needed.")
  values <- list(n = n, mean = mean(there), sd = sd(there), std_error = sd(there) / sqrt(n))
  list(
    values = values,
    summary = I(sprintf("The mean of %s is %.4g (standard error %.3g, %d values).", params$column, values$mean,
      values$std_error, n)),
    method = list(text = "Arithmetic mean; standard deviation with n - 1; standard error sd / sqrt(n).",
      reference = "R: mean, sd"),
    assumptions = list(list(id = "independence", title = "Rows are independent of each other",
      verdict = "not_checked", message = "Cannot be seen in the data.")),
    dropped = if (n < length(x)) list(list(rows = length(x) - n, reason = "the value is missing")) else list(),
    tables = list(list(name = "mean", title = "Mean", data = as.data.frame(values))))
}
