# Effect size: Cohen's d, Hedges' g, and the interval of d from the noncentral t distribution.

hedges_factor <- function(df) exp(lgamma(df / 2) - log(sqrt(df / 2)) - lgamma((df - 1) / 2))

# The noncentrality at which t is the p-quantile; pt is accurate for |ncp| < 37.62 only, hence NA beyond.
noncentrality <- function(t, df, p) {
  at <- function(ncp) suppressWarnings(pt(t, df, ncp)) - p
  ends <- c(-37.6, 37.6)
  values <- vapply(ends, at, 0)
  if (any(!is.finite(values)) || values[1] * values[2] > 0) return(NA)
  uniroot(at, ends, tol = 1e-12)$root
}

# `scale` turns a noncentrality into d: sqrt(1 / n) or sqrt(1 / n1 + 1 / n2).
effect_size <- function(difference, sd, df, scale, conf_level) {
  d <- difference / sd
  t <- d / scale
  probability <- c(1 + conf_level, 1 - conf_level) / 2
  ci <- vapply(probability, noncentrality, 0, t = t, df = df) * scale
  method <- "noncentral t"
  if (anyNA(ci)) {
    method <- "normal approximation"
    ci <- d + qnorm(1 - probability) * sqrt(scale^2 + d^2 / (2 * df))
  }
  list(cohens_d = d, hedges_g = d * hedges_factor(df), ci_low = ci[1], ci_high = ci[2], ci_method = method)
}

size_word <- function(d) {
  size <- abs(d)
  if (size < 0.2) "very small" else if (size < 0.5) "small" else if (size < 0.8) "medium" else "large"
}
