# Separation: is there a direction in which the likelihood only rises, so that some coefficients have no finite estimate?
#
# It exists if and only if a combination of the terms is zero where the response fixes the mean, and nowhere on the
# wrong side elsewhere. Alternating between the combinations and the vectors that are nowhere negative finds one: the
# overlap with any such combination never shrinks, and without one the vector goes to zero. No threshold on coefficients.

most_turns <- 5000

rows_at_edge <- function(fit, y) {
  if (fit$name == "binomial" && fit$link != "log")
    return(list(fixed = y > 0 & y < 1, side = ifelse(y >= 1, 1, -1), near = pmin(fit$mu, 1 - fit$mu) < 1e-5))
  if (fit$name %in% c("poisson", "negative_binomial", "quasi") && fit$link == "log")
    return(list(fixed = y > 0, side = rep(-1, length(y)), near = fit$mu < 1e-5 * mean(y)))
  NULL
}

# Combinations of the terms that are zero in the fixed rows.
null_space <- function(X) {
  q <- qr(crossprod(X), tol = 1e-10)
  if (q$rank == ncol(X)) NULL else qr.Q(q)[, -seq_len(q$rank), drop = FALSE]
}

find_separation <- function(fit, input) {
  edge <- rows_at_edge(fit, input$y)
  free <- if (!is.null(edge)) which(!edge$fixed)
  if (length(free) == 0 || !any(edge$near[free])) return(NULL)
  N <- if (any(edge$fixed)) null_space(fit$W[edge$fixed, , drop = FALSE]) else diag(fit$rank)
  if (is.null(N)) return(NULL)
  Z <- edge$side[free] * (fit$W[free, , drop = FALSE] %*% N)
  decomposition <- qr(Z, tol = 1e-10)
  Q <- qr.Q(decomposition)[, seq_len(decomposition$rank), drop = FALSE]
  u <- as.numeric(edge$near[free])
  found <- FALSE
  for (turn in seq_len(most_turns)) {
    v <- drop(Q %*% crossprod(Q, u))
    found <- max(v) > 0 && min(v) >= -1e-9 * max(v)
    u <- pmax(v, 0)
    if (found || sqrt(sum(u^2)) < 1e-8) break
  }
  if (!found) return(NULL)
  combination <- qr.coef(decomposition, v)
  direction <- drop(fit$back %*% (N %*% ifelse(is.na(combination), 0, combination)))
  size <- abs(direction) * c(1, fit$scale[-1])
  list(rows = input$rows[free[v > 1e-6 * max(v)]], terms = fit$labels[size > 1e-6 * max(size)],
    complete = sum(v > 1e-6 * max(v)) == length(input$y))
}
