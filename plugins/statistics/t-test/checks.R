# Assumptions, each with a verdict and what follows.

worst_of <- function(verdicts) {
  order <- c("violated", "doubtful", "met", "not_checked")
  order[min(match(verdicts, order))]
}
verdict_of <- function(p) if (is.na(p)) "not_checked" else if (p >= 0.05) "met" else if (p >= 0.01) "doubtful" else "violated"

# Shapiro-Wilk holds for 3 to 5,000 values that are not all the same.
shapiro_of <- function(x) {
  if (length(x) < 3 || length(x) > 5000 || max(x) == min(x)) return(list(statistic = NA_real_, p_value = NA_real_))
  test <- shapiro.test(x)
  list(statistic = unname(test$statistic), p_value = test$p.value)
}

# Brown-Forsythe: analysis of variance of the distances to the group medians.
brown_forsythe <- function(samples) {
  n <- lengths(samples)
  if (any(n < 2) || sum(n) < 4) return(NULL)
  distance <- lapply(samples, function(x) abs(x - median(x)))
  means <- vapply(distance, mean, 0)
  within <- sum(vapply(distance, function(d) sum((d - mean(d))^2), 0))
  between <- sum(n * (means - sum(n * means) / sum(n))^2)
  df2 <- sum(n) - length(n)
  if (within == 0) return(NULL)
  f <- between / (within / df2)
  list(statistic = f, df1 = 1L, df2 = df2, p_value = pf(f, 1, df2, lower.tail = FALSE))
}

far_out <- function(x) {
  q <- quantile(x, c(0.25, 0.75), names = FALSE)
  sum(x < q[1] - 3 * (q[2] - q[1]) | x > q[2] + 3 * (q[2] - q[1]))
}

fmt <- function(x, digits = 4) {
  if (!is.finite(x)) return(if (is.na(x)) "not defined" else if (x > 0) "infinite" else "minus infinite")
  if (x != 0 && (abs(x) < 1e-4 || abs(x) >= 1e7)) return(formatC(x, digits = digits - 1, format = "e"))
  trimws(formatC(x, digits = max(digits, nchar(trunc(abs(x)))), format = "fg"))
}
fmt_p <- function(p) if (is.na(p)) "p not defined" else if (p < 0.001) "p < 0.001" else sprintf("p = %.3f", p)

judge_normality <- function(shapiro, sizes, what) {
  p <- vapply(shapiro, `[[`, 0, "p_value")
  verdict <- worst_of(vapply(p, verdict_of, ""))
  base <- list(id = "normality", title = paste0("The ", what, " normally distributed"), verdict = verdict)
  large <- if (min(sizes) >= 30) " With 30 or more values the test is hardly touched by this." else
    " With so few values this matters: compare with a rank test (Wilcoxon)."
  if (all(is.na(p))) return(c(base, list(message = if (max(sizes) > 5000)
    "Not checked: the Shapiro-Wilk test is for at most 5,000 values. With so many the test does not depend on normality." else
    "Not checked: the Shapiro-Wilk test needs at least 3 values that are not all the same.")))
  worst <- which.min(p)
  c(base, list(statistic = shapiro[[worst]]$statistic, p_value = p[worst], test = "Shapiro-Wilk", message = paste0(
    if (verdict == "met") "No sign against a normal distribution" else "Not compatible with a normal distribution", " (",
    paste(vapply(which(!is.na(p)), function(i) paste0(if (length(p) > 1) paste0(quoted(shapiro[[i]]$level),
      " "), fmt_p(p[i])), ""), collapse = ", "), ").",
    if (anyNA(p)) " Groups with fewer than 3 or more than 5,000 values were not tested.", if (verdict != "met") large)))
}

judge_variances <- function(levene, var_equal) {
  base <- list(id = "equal-variances", title = "The two groups have the same variance")
  if (!var_equal) return(c(base, list(verdict = "not_checked", message =
    "Not needed: Welch's test allows for different variances.")))
  if (is.null(levene)) return(c(base, list(verdict = "not_checked",
    message = "Not checked: too few values, or no spread around the medians.")))
  verdict <- verdict_of(levene$p_value)
  c(base, list(verdict = verdict, statistic = levene$statistic, p_value = levene$p_value,
    test = "Brown-Forsythe", message = paste0(
    if (verdict == "met") "No sign of different variances (" else "The variances differ (", fmt_p(levene$p_value), ")",
    if (verdict == "met") "." else "; use Welch's test (var_equal = false).")))
}

judge <- function(read, shapiro, levene, design, var_equal) {
  looked <- if (design == "paired") list(read$difference) else read$samples
  outliers <- sum(vapply(looked, far_out, 0))
  what <- if (design == "paired") "differences within pairs are" else if (design == "two_sample") "values in each group are" else "values are"
  unit <- if (design == "paired") "Pairs" else "Rows"
  c(list(judge_normality(shapiro, lengths(looked), what)),
    if (design == "two_sample") list(judge_variances(levene, var_equal)),
    list(list(id = "independence", title = paste(unit, "are independent of each other"),
      verdict = "not_checked", message = paste0(
        "This cannot be seen in the data. It holds where each ", if (design == "paired") "pair" else "row",
        " is another unit, chosen or assigned independently; repeated measurements of the same unit need ",
        if (design == "two_sample") "the paired design or " else "", "a mixed model.")),
      list(id = "outliers", title = "No extreme values", verdict = if (outliers == 0) "met" else "doubtful",
        test = "Tukey's outer fences",
        statistic = outliers,
          message = if (outliers == 0) "No value lies more than 3 interquartile ranges outside the quartiles." else
          paste0(outliers, if (outliers == 1) " value lies" else " values lie",
            " more than 3 interquartile ranges outside the quartiles: means and standard deviations follow such values; look at them first."))))
}
