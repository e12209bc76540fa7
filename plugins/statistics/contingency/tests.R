# The tests. Where R has one, its p-value is taken; odds ratios are solved to full precision.

chi_square_of <- function(counts, correction, simulate) {
  expected <- outer(rowSums(counts), colSums(counts)) / sum(counts)
  yates <- if (correction && all(dim(counts) == 2)) min(0.5, abs(counts - expected)) else 0
  statistic <- sum((abs(counts - expected) - yates)^2 / expected)
  df <- prod(dim(counts) - 1)
  seen <- counts > 0
  g <- 2 * sum(counts[seen] * log(counts[seen] / expected[seen]))
  simulated <- if (simulate) suppressWarnings(chisq.test(counts, simulate.p.value = TRUE, B = 9999))$p.value
  variance <- outer(1 - rowSums(counts) / sum(counts), 1 - colSums(counts) / sum(counts))
  list(expected = expected, residuals = (counts - expected) / sqrt(expected),
    std_residuals = (counts - expected) / sqrt(expected * variance), test = list(statistic = statistic, df = df,
      p_value = if (simulate) simulated else pchisq(statistic, df, lower.tail = FALSE), simulated = simulate,
      corrected = yates > 0, g_statistic = g, g_p_value = pchisq(g, df, lower.tail = FALSE)))
}

# Odds ratio given the margins: conditional maximum likelihood, and limits that the exact test would not reject.
conditional_odds <- function(counts, alternative, level) {
  m <- sum(counts[, 1]); n <- sum(counts[, 2]); k <- sum(counts[1, ]); x <- counts[1, 1]
  support <- max(0, k - n):min(k, m)
  log_density <- dhyper(support, m, n, k, log = TRUE)
  density <- function(l) { d <- log_density + l * support; d <- exp(d - max(d)); d / sum(d) }
  solve <- function(gap) exp(uniroot(gap, c(-60, 60), tol = 1e-13, maxiter = 2000)$root)
  ends <- range(support)
  if (ends[1] == ends[2]) return(list(odds_ratio = NA_real_, ci_low = 0, ci_high = Inf))
  odds <- if (x == ends[1]) 0 else if (x == ends[2]) Inf else solve(function(l) sum(support * density(l)) - x)
  upper <- function(p) if (x == ends[2]) Inf else solve(function(l) sum(density(l)[support <= x]) - p)
  lower <- function(p) if (x == ends[1]) 0 else solve(function(l) p - sum(density(l)[support >= x]))
  alpha <- 1 - level
  limits <- switch(alternative, two_sided = c(lower(alpha / 2), upper(alpha / 2)), greater = c(lower(alpha), Inf),
    less = c(0, upper(alpha)))
  list(odds_ratio = odds, ci_low = limits[1], ci_high = limits[2])
}

fisher_of <- function(counts, options, context) {
  two <- all(dim(counts) == 2)
  alternative <- sub("_", ".", options$alternative, fixed = TRUE)
  p <- tryCatch(if (two) fisher.test(counts, alternative = alternative, conf.int = FALSE)$p.value else
    fisher.test(counts, simulate.p.value = options$simulate, B = 9999, workspace = 2e6, hybrid = FALSE)$p.value,
    error = function(e) context$refuse("TABLE_TOO_LARGE", "The exact test of this table needs more work than it may take.",
      where = list(param = "test"), hint = "Set `simulate`, or use the chi-squared test."))
  c(list(p_value = p, simulated = options$simulate && !two), if (two)
    conditional_odds(counts, options$alternative, options$conf_level) else
    list(odds_ratio = NA_real_, ci_low = NA_real_, ci_high = NA_real_))
}

# McNemar, and Bowker's test of symmetry for more than two levels.
mcnemar_of <- function(counts, correction, level) {
  k <- nrow(counts)
  upper <- counts[upper.tri(counts)]
  lower <- t(counts)[upper.tri(counts)]
  there <- upper + lower > 0
  yates <- if (correction && k == 2 && any(upper != lower)) 1 else 0
  statistic <- if (any(there)) sum((abs(upper - lower)[there] - yates)^2 / (upper + lower)[there]) else NA_real_
  df <- sum(there) # pairs of levels between which nobody changed say nothing
  exact <- if (k == 2 && any(there)) binom.test(upper, upper + lower, conf.level = level)
  odds <- if (!is.null(exact)) c(upper / lower, exact$conf.int / (1 - exact$conf.int)) else rep(NA_real_, 3)
  list(statistic = statistic, df = df, p_value = if (is.na(statistic)) NA_real_ else pchisq(statistic, df, lower.tail = FALSE),
    exact_p_value = if (is.null(exact)) NA_real_ else exact$p.value, corrected = yates > 0, discordant = sum(upper + lower),
    odds_ratio = odds[1], ci_low = odds[2], ci_high = odds[3])
}

# Cochran, Mantel and Haenszel; with Breslow and Day's test that the odds ratio is the same in all strata.
cmh_of <- function(counts, options, context) {
  used <- which(apply(counts, 3, function(layer) sum(layer) > 1))
  counts <- counts[, , used, drop = FALSE]
  test <- tryCatch(mantelhaen.test(counts, correct = options$correction, conf.level = options$conf_level),
    error = function(e) context$refuse("NO_INFORMATION", "No stratum holds enough to compare.",
      where = list(param = "strata"), hint = "Each stratum needs both levels of rows and of columns."))
  two <- all(dim(counts)[1:2] == 2)
  odds <- if (two) unname(test$estimate) else NA_real_
  c(list(statistic = unname(test$statistic), df = unname(test$parameter), p_value = test$p.value, strata = length(used),
    common_odds_ratio = odds, ci_low = if (two) test$conf.int[1] else NA_real_, ci_high = if (two) test$conf.int[2] else NA_real_),
    list(homogeneity = if (two && is.finite(odds) && odds > 0) breslow_day(counts, odds)))
}

breslow_day <- function(counts, odds) {
  statistic <- 0
  used <- 0
  for (layer in seq_len(dim(counts)[3])) {
    table <- counts[, , layer]
    m1 <- sum(table[1, ]); n1 <- sum(table[, 1]); n <- sum(table)
    a <- 1 - odds
    b <- n - m1 - n1 + odds * (m1 + n1)
    c <- -odds * m1 * n1
    roots <- if (abs(a) < 1e-12) -c / b else (-b + c(-1, 1) * sqrt(b^2 - 4 * a * c)) / (2 * a)
    fit <- roots[roots >= max(0, m1 + n1 - n) - 1e-9 & roots <= min(m1, n1) + 1e-9][1]
    parts <- c(fit, m1 - fit, n1 - fit, n - m1 - n1 + fit)
    if (is.na(fit) || any(parts <= 1e-9)) next
    used <- used + 1
    statistic <- statistic + (table[1, 1] - fit)^2 * sum(1 / parts)
  }
  if (used < 2) return(NULL)
  df <- used - 1
  list(statistic = statistic, df = df, p_value = pchisq(statistic, df, lower.tail = FALSE))
}

# What symmetry would give: as many changes one way as the other.
symmetry_of <- function(counts) {
  expected <- (counts + t(counts)) / 2
  list(expected = expected, residuals = ifelse(expected > 0, (counts - expected) / sqrt(expected), 0),
    std_residuals = array(NA_real_, dim(counts)), test = NULL)
}
