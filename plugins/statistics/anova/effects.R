# Rows of the table with effect sizes, adjusted means, and differences of means.

# Noncentralities at which F is the upper and the lower quantile, as partial eta squared (Steiger 2004).
eta_interval <- function(f, df1, df2, level) {
  if (!is.finite(f) || df1 < 1) return(c(NA_real_, NA_real_))
  at <- function(p) {
    gap <- function(ncp) suppressWarnings(pf(f, df1, df2, ncp)) - p
    if (gap(0) < 0) return(0)
    high <- max(10, 4 * f * df1)
    value <- gap(high)
    # A small F has its upper bound well beyond F times its degrees of freedom.
    for (i in 1:40) {
      if (!is.finite(value) || value <= 0) break
      high <- 2 * high
      value <- gap(high)
    }
    if (!is.finite(value) || value > 0) return(NA_real_)
    uniroot(gap, c(0, high), tol = 1e-11 * high)$root
  }
  ncp <- c(at((1 + level) / 2), at((1 - level) / 2))
  ncp / (ncp + df1 + df2 + 1)
}

row_of <- function(term, ss, df, rss, df_residual, total, level) {
  mean_sq <- ss / df
  error <- rss / df_residual
  f <- if (df > 0 && error > 0) mean_sq / error else NA_real_
  interval <- eta_interval(f, df, df_residual, level)
  list(term = term$label, kind = term$kind, parts = term$parts, df = df, df_residual = df_residual, sum_sq = ss,
    mean_sq = if (df > 0) mean_sq else NA_real_, f = f,
    p_value = if (is.na(f)) NA_real_ else pf(f, df, df_residual, lower.tail = FALSE),
    partial_eta_sq = if (ss + rss > 0) ss / (ss + rss) else NA_real_, eta_ci_low = interval[1], eta_ci_high = interval[2],
    omega_sq = if (is.na(f)) NA_real_ else (ss - df * error) / (total + error))
}

rows_of_model <- function(fit, level) lapply(seq_along(fit$terms), function(i) row_of(fit$terms[[i]], fit$found[[i]]$ss,
  fit$found[[i]]$df, fit$rss, fit$df, fit$total, level))

# Welch's test (1951), as stats::oneway.test has it; variances of the groups are not taken as equal.
welch_row <- function(input, fit, level, context) {
  factor <- input$factors[[1]]
  samples <- split(input$y, factor$codes)
  n <- lengths(samples)
  v <- vapply(samples, function(x) if (length(x) > 1) var(x) else NA_real_, 0)
  bad <- which(n < 2 | is.na(v) | v <= 0)
  if (length(bad) > 0) refuse_column(context, "NO_VARIATION", paste0("Level ", quoted(factor$labels[bad[1]]),
    " of ", quoted(factor$name), " has fewer than two values, or all of them are the same."), factor$name, "factors",
    hint = "Welch's method needs spread in every group; use the classic method or join levels.")
  k <- length(samples)
  means <- vapply(samples, mean, 0)
  w <- n / v
  part <- sum((1 - w / sum(w))^2 / (n - 1)) / (k^2 - 1)
  f <- sum(w * (means - sum(w * means) / sum(w))^2) / (k - 1) / (1 + 2 * (k - 2) * part)
  row <- rows_of_model(fit, level)[[1]]
  df2 <- 1 / (3 * part)
  row[c("df_residual", "f", "p_value", "sum_sq", "mean_sq", "eta_ci_low", "eta_ci_high")] <- list(df2, f,
    pf(f, k - 1, df2, lower.tail = FALSE), NA_real_, NA_real_, NA_real_, NA_real_)
  row
}

most_cells <- 500

cells_of <- function(input, level) {
  code <- Reduce(function(a, f) (a - 1) * length(f$labels) + f$codes, input$factors[-1], input$factors[[1]]$codes)
  cells <- split(seq_along(input$y), code)
  lapply(cells, function(at) {
    x <- input$y[at]
    half <- if (length(x) > 1) qt((1 + level) / 2, length(x) - 1) * sd(x) / sqrt(length(x)) else NA_real_
    levels <- vapply(input$factors, function(f) f$labels[f$codes[at[1]]], "")
    list(cell = paste(levels, collapse = ", "), levels = I(levels), n = length(x), mean = mean(x),
      sd = if (length(x) > 1) sd(x) else NA_real_, ci_low = mean(x) - half, ci_high = mean(x) + half)
  })
}

# With sum coding, the mean of a level over all others, equally weighted, is the intercept plus its own contrasts.
adjusted_means <- function(input, fit, factor, level) {
  at <- which(vapply(fit$terms, function(t) t$kind == "factor" && t$label == factor$name, NA))
  before <- 1 + sum(vapply(fit$terms[seq_len(at - 1)], function(t) ncol(t$columns), 0L))
  k <- length(factor$labels)
  L <- matrix(0, k, length(fit$coefficients))
  L[, 1] <- 1
  L[, before + seq_len(k - 1)] <- contr.sum(k)
  half <- backsolve(qr.R(fit$decomposition), t(L)[fit$decomposition$pivot, ], transpose = TRUE)
  estimate <- drop(L %*% fit$coefficients) + fit$centre
  covariance <- crossprod(half) * fit$sigma^2
  se <- sqrt(diag(covariance))
  width <- qt((1 + level) / 2, fit$df) * se
  list(factor = factor, estimate = estimate, covariance = covariance, means = lapply(seq_len(k), function(i) list(
    factor = factor$name, level = factor$labels[i], estimate = estimate[i], std_error = se[i],
    ci_low = estimate[i] - width[i], ci_high = estimate[i] + width[i])))
}

# All pairs of levels, the later minus the earlier, as stats::TukeyHSD names them.
pairs_of <- function(factor, difference, level) {
  k <- length(factor$labels)
  known <- list() # of the studentised range, by degrees of freedom
  range_of <- function(df) {
    key <- format(df, digits = 17)
    if (is.null(known[[key]])) known[[key]] <<- qtukey(level, k, df)
    known[[key]]
  }
  unlist(lapply(seq_len(k - 1), function(i) lapply((i + 1):k, function(j) {
    d <- difference(i, j)
    q <- abs(d$estimate) / (d$se / sqrt(2))
    width <- range_of(d$df) * d$se / sqrt(2)
    list(factor = factor$name, contrast = paste0(factor$labels[j], "-", factor$labels[i]), first = factor$labels[j],
      second = factor$labels[i], estimate = d$estimate, std_error = d$se, df = d$df, q = q,
      ci_low = d$estimate - width, ci_high = d$estimate + width, p_adjusted = ptukey(q, k, d$df, lower.tail = FALSE))
  })), recursive = FALSE)
}

tukey_pairs <- function(adjusted, fit, level) pairs_of(adjusted$factor, function(i, j) list(
  estimate = adjusted$estimate[j] - adjusted$estimate[i], df = fit$df,
  se = sqrt(adjusted$covariance[i, i] + adjusted$covariance[j, j] - 2 * adjusted$covariance[i, j])), level)

games_howell_pairs <- function(input, level) {
  factor <- input$factors[[1]]
  samples <- split(input$y, factor$codes)
  part <- vapply(samples, function(x) var(x) / length(x), 0)
  n <- lengths(samples)
  pairs_of(factor, function(i, j) list(estimate = mean(samples[[j]]) - mean(samples[[i]]), se = sqrt(part[[i]] + part[[j]]),
    df = (part[[i]] + part[[j]])^2 / (part[[i]]^2 / (n[[i]] - 1) + part[[j]]^2 / (n[[j]] - 1))), level)
}
