# How strong the association is.

# Cramer's V with its interval from the noncentral chi-squared distribution (Smithson 2003), and Bergsma's correction.
cramer_of <- function(counts, level) {
  n <- sum(counts)
  m <- min(dim(counts)) - 1
  statistic <- sum((counts - outer(rowSums(counts), colSums(counts)) / n)^2 / (outer(rowSums(counts), colSums(counts)) / n))
  df <- prod(dim(counts) - 1)
  ncp <- function(p) {
    gap <- function(l) pchisq(statistic, df, l) - p
    if (gap(0) < 0) return(0)
    high <- 4 * statistic + 100 + 4 * df
    if (gap(high) > 0) return(NA_real_)
    uniroot(gap, c(0, high), tol = 1e-11 * high)$root
  }
  limits <- sqrt(c(ncp((1 + level) / 2), ncp((1 - level) / 2)) / (n * m))
  phi2 <- max(0, statistic / n - df / (n - 1))
  shrunk <- dim(counts) - (dim(counts) - 1)^2 / (n - 1)
  list(cramers_v = sqrt(statistic / (n * m)), ci_low = min(1, limits[1]), ci_high = min(1, limits[2]),
    corrected = sqrt(phi2 / (min(shrunk) - 1)))
}

size_word <- function(v, m) {
  w <- v * sqrt(m)
  if (w < 0.1) "very small" else if (w < 0.3) "small" else if (w < 0.5) "medium" else "large"
}

wilson <- function(x, n, z) {
  p <- x / n
  middle <- (p + z^2 / (2 * n)) / (1 + z^2 / n)
  half <- z * sqrt(p * (1 - p) / n + z^2 / (4 * n^2)) / (1 + z^2 / n)
  c(middle - half, middle + half)
}

# Odds ratio of each stratum with Woolf's limits; where a cell is empty, a half is added to all four. A stratum without
# one of its rows or columns has none.
strata_odds <- function(counts, labels, level) {
  if (any(dim(counts)[1:2] != 2)) return(list())
  full <- vapply(seq_along(labels), function(k) all(rowSums(counts[, , k]) > 0, colSums(counts[, , k]) > 0), NA)
  lapply(which(full), function(k) {
    table <- counts[, , k]
    used <- if (any(table == 0)) table + 0.5 else table
    log_odds <- log(used[1, 1] * used[2, 2] / (used[1, 2] * used[2, 1]))
    half <- qnorm((1 + level) / 2) * sqrt(sum(1 / used))
    list(stratum = labels[k], n = sum(table), odds_ratio = exp(log_odds), ci_low = exp(log_odds - half),
      ci_high = exp(log_odds + half))
  })
}

# Odds ratio (Woolf), ratio of the shares (Katz) and their difference (Newcombe's hybrid score), of the first column.
two_by_two <- function(counts, level) {
  z <- qnorm((1 + level) / 2)
  n <- rowSums(counts)
  p <- counts[, 1] / n
  log_interval <- function(estimate, se) if (is.finite(se)) exp(log(estimate) + c(-z, z) * se) else c(NA_real_, NA_real_)
  odds <- counts[1, 1] * counts[2, 2] / (counts[1, 2] * counts[2, 1])
  odds_ci <- log_interval(odds, sqrt(sum(1 / counts)))
  ratio <- p[1] / p[2]
  ratio_ci <- log_interval(ratio, sqrt(sum((1 - p) / counts[, 1])))
  w <- lapply(1:2, function(i) wilson(counts[i, 1], n[i], z))
  difference <- p[1] - p[2]
  list(odds_ratio = odds, odds_ci_low = odds_ci[1], odds_ci_high = odds_ci[2], risk_ratio = ratio,
    risk_ratio_ci_low = ratio_ci[1], risk_ratio_ci_high = ratio_ci[2], risk_difference = difference,
    risk_difference_ci_low = difference - sqrt((p[1] - w[[1]][1])^2 + (w[[2]][2] - p[2])^2),
    risk_difference_ci_high = difference + sqrt((w[[1]][2] - p[1])^2 + (p[2] - w[[2]][1])^2))
}
