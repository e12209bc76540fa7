# One correlation: estimate, p-value, interval.

# Centred by the mean and scaled by the largest distance, so that large offsets cost no digits.
standard <- function(x) {
  x <- x - mean(x)
  x <- x - mean(x)
  x / sqrt(sum(x^2))
}

# Controls that say the same as others before them are one.
basis_of <- function(controls) qr(cbind(1, do.call(cbind, lapply(controls, standard))), tol = 1e-9)
# What is left of x after a straight line in the controls.
rest_of <- function(x, controls) qr.resid(basis_of(controls), standard(x))

correlate <- function(pair, options, context, names) {
  ranked <- options$method == "spearman"
  prepare <- if (ranked) rank else identity
  x <- prepare(pair$x)
  y <- prepare(pair$y)
  k <- length(pair$controls)
  n <- length(x)
  if (options$method == "kendall") return(c(kendall_of(pair$x, pair$y, options), list(n = n)))
  if (k > 0) {
    controls <- lapply(pair$controls, prepare)
    k <- basis_of(controls)$rank - 1
    x <- rest_of(x, controls)
    y <- rest_of(y, controls)
    if (min(sum(x^2), sum(y^2)) < 1e-20) context$refuse("CONFOUNDED", paste0(quoted(names[1]), " or ", quoted(names[2]),
      " is a combination of the columns that are held fixed."), where = list(param = "partial_for"),
      hint = "Leave one of them out.")
  }
  r <- max(-1, min(1, sum(standard(x) * standard(y))))
  df <- n - 2 - k
  t <- if (abs(r) >= 1 - 1e-15) sign(r) * Inf else r * sqrt(df / ((1 - r) * (1 + r)))
  exact <- ranked && k == 0 && options$exact != "no" && n < 1290 && !anyDuplicated(pair$x) && !anyDuplicated(pair$y)
  p <- if (exact) cor.test(pair$x, pair$y, method = "spearman", exact = TRUE)$p.value else 2 * pt(-abs(t), df)
  spread <- if (ranked) (1 + r^2 / 2) / (n - k - 3) else 1 / (n - k - 3)
  c(list(estimate = r, statistic = t, p_value = p, exact = exact), interval_of(r, spread, options$conf_level), list(n = n))
}

most_exact <- 150 # rows; counting all orders takes the fourth power of them

kendall_of <- function(x, y, options) {
  ties <- anyDuplicated(x) > 0 || anyDuplicated(y) > 0
  exact <- !ties && options$exact != "no" && length(x) < (if (options$exact == "yes") most_exact else 50)
  test <- suppressWarnings(cor.test(x, y, method = "kendall", exact = exact))
  tau <- unname(test$estimate)
  c(list(estimate = tau, statistic = unname(test$statistic), p_value = test$p.value, exact = exact),
    interval_of(tau, if (length(x) > 4) 0.437 / (length(x) - 4) else NA_real_, options$conf_level))
}

interval_of <- function(r, variance, level) {
  if (!is.finite(variance) || variance < 0) return(list(ci_low = NA_real_, ci_high = NA_real_))
  if (abs(r) >= 1 - 1e-15) return(list(ci_low = r, ci_high = r))
  limits <- tanh(atanh(r) + c(-1, 1) * qnorm((1 + level) / 2) * sqrt(variance))
  list(ci_low = limits[1], ci_high = limits[2])
}
