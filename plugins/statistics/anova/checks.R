# Assumptions, each with a verdict and what follows.

verdict_of <- function(p) if (is.na(p)) "not_checked" else if (p >= 0.05) "met" else if (p >= 0.01) "doubtful" else "violated"

judged <- function(id, title, test, name, good, bad, absent) {
  if (is.null(test) || is.na(test$p_value)) return(list(id = id, title = title, verdict = "not_checked", message = absent))
  verdict <- verdict_of(test$p_value)
  list(id = id, title = title, verdict = verdict, statistic = test$statistic, p_value = test$p_value, test = name,
    message = paste0(if (verdict == "met") good else bad, " (", fmt_p(test$p_value), ")."))
}

# Shapiro-Wilk of the residuals; of Welch's method those within groups, which are the same.
shapiro_of <- function(fit) {
  if (fit$perfect || fit$n > 5000 || fit$df < 3) return(NULL)
  test <- shapiro.test(fit$residuals)
  list(statistic = unname(test$statistic), p_value = test$p.value)
}

# Brown-Forsythe over the cells: analysis of variance of the distances to the medians of the cells.
brown_forsythe <- function(input) {
  code <- Reduce(function(a, f) (a - 1) * length(f$labels) + f$codes, input$factors[-1], input$factors[[1]]$codes)
  samples <- split(input$y, code)
  n <- lengths(samples)
  if (any(n < 2) || length(samples) < 2 || sum(n) <= length(samples)) return(NULL)
  distance <- lapply(samples, function(x) abs(x - median(x)))
  means <- vapply(distance, mean, 0)
  within <- sum(vapply(distance, function(d) sum((d - mean(d))^2), 0))
  if (within <= 0) return(NULL)
  between <- sum(n * (means - sum(n * means) / sum(n))^2)
  df <- c(length(n) - 1, sum(n) - length(n))
  statistic <- between / df[1] / (within / df[2])
  list(statistic = statistic, df1 = df[1], df2 = df[2], p_value = pf(statistic, df[1], df[2], lower.tail = FALSE))
}

# Do the slopes of the covariates differ between the levels of the factors?
parallel_slopes <- function(input, fit) {
  covariates <- Filter(function(t) t$kind == "covariate", fit$terms)
  factors <- Filter(function(t) t$kind == "factor", fit$terms)
  if (length(covariates) == 0 || fit$perfect) return(NULL)
  columns <- do.call(cbind, unlist(lapply(covariates, function(c) lapply(factors, function(f)
    f$columns * c$columns[, 1])), recursive = FALSE))
  more <- beyond(list(columns = columns), fit$terms, input$y - fit$centre)
  df2 <- fit$df - more$df
  if (more$df < 1 || df2 < 1) return(NULL)
  rest <- fit$rss - more$ss
  if (rest <= 0) return(NULL)
  f <- more$ss / more$df / (rest / df2)
  list(statistic = f, p_value = pf(f, more$df, df2, lower.tail = FALSE))
}

largest_cook <- function(fit) {
  if (fit$perfect) return(NULL)
  h <- pmin(fit$leverage, 1)
  cook <- fit$residuals^2 * h / (fit$rank * fit$sigma^2 * (1 - h)^2)
  cook[1 - h < 1e-10] <- NA
  if (all(is.na(cook))) NULL else list(at = which.max(cook), value = max(cook, na.rm = TRUE))
}

judge_variances <- function(levene, input, options) {
  base <- list(id = "equal-variances", title = "All groups have the same variance")
  if (options$method == "welch") return(c(base, list(verdict = "not_checked",
    message = "Not needed: Welch's method allows for different variances.")))
  judged(base$id, base$title, levene, "Brown-Forsythe", "No sign of different variances", paste0("The variances differ",
    if (input$single) "; use method = welch" else "; with cells of different size the p-values are rough"),
    "Not checked: a cell has fewer than two values, or there is no spread around the medians.")
}

judge <- function(input, fit, options, found) {
  absent <- if (fit$perfect) "Not checked: nothing is left over, the fit is essentially perfect." else
    "Not checked: the test is for 3 to 5,000 residuals; see the normal plot."
  cook <- found$cook
  row <- if (!is.null(cook)) input$rows[cook$at]
  Filter(Negate(is.null), list(
    judged("normal-residuals", "The residuals are normally distributed", found$shapiro, "Shapiro-Wilk",
      "The residuals are compatible with a normal distribution", paste0("The residuals are not normal", if (fit$df >= 50)
        "; with this many rows the tests are hardly touched" else
        "; with so few rows p-values and intervals are rough: look at the normal plot, consider a transformation"), absent),
    judge_variances(found$levene, input, options),
    if (length(input$covariates) > 0) judged("parallel-slopes", "Covariates act alike in all groups", found$slopes,
      "F test of factor by covariate", "The slopes do not differ clearly between the groups",
      "The slopes differ between the groups: adjusted means and their differences depend on the value of the covariate",
      "Not checked: too few rows for the test."),
    list(id = "independence", title = "Rows are independent of each other", verdict = "not_checked", message = paste0(
      "This cannot be seen in the data. It holds where each row is another unit, assigned or chosen independently; ",
      "repeated measurements of the same unit need a mixed model.")),
    if (is.null(cook)) list(id = "no-dominant-row", title = "No single row decides the result",
      verdict = "not_checked", message = absent) else list(id = "no-dominant-row",
      title = "No single row decides the result", statistic = cook$value, test = "Largest Cook's distance",
      verdict = if (cook$value <= 0.5) "met" else if (cook$value <= 1) "doubtful" else "violated",
      message = paste0("The largest Cook's distance is ", fmt(cook$value, 3), if (cook$value <= 0.5) "." else
        paste0(" (row ", row, "): look at this row, and at the result without it.")))))
}
