# What can be seen of the assumptions in the residuals.

# Breusch-Pagan in Koenker's form: n R^2 of the squared residuals on the design.
breusch_pagan <- function(fit, input) {
  squared <- fit$residuals^2 / mean(fit$residuals^2)
  basis <- if (input$weighted) qr.Q(qr(fit$Q / sqrt(input$w))) else fit$Q
  explained <- drop(basis %*% crossprod(basis, squared))
  df <- fit$rank - input$intercept
  if (df < 1) return(NULL)
  statistic <- length(squared) * sum((explained - 1)^2) / sum((squared - 1)^2)
  list(statistic = statistic, df = df, p_value = pchisq(statistic, df, lower.tail = FALSE))
}

# Durbin-Watson; the p-value takes the exact mean and variance of the statistic and a normal distribution.
durbin_watson <- function(fit) {
  e <- fit$residuals
  n <- length(e)
  k <- fit$rank
  if (n - k < 3) return(NULL)
  statistic <- sum(diff(e)^2) / sum(e^2)
  Q <- fit$Q
  AQ <- 2 * Q - rbind(Q[-1, , drop = FALSE], Q[n, ]) - rbind(Q[1, ], Q[-n, , drop = FALSE])
  QAQ <- crossprod(Q, AQ)
  p <- 2 * (n - 1) - sum(diag(QAQ))
  q <- 2 * (3 * n - 4) - 2 * sum(AQ^2) + sum(QAQ * t(QAQ))
  centre <- p / (n - k)
  variance <- 2 / ((n - k) * (n - k + 2)) * (q - p * centre)
  list(statistic = statistic, p_value = 2 * pnorm(-abs(statistic - centre) / sqrt(variance)))
}

# Ramsey's RESET: do powers 2 and 3 of the fitted values still explain anything?
reset <- function(fit, input) {
  root <- sqrt(input$w)
  around <- if (input$intercept) mean(fit$fitted) else 0
  z <- (fit$fitted - around) / max(abs(fit$fitted - around), .Machine$double.xmin)
  extra <- cbind(z^2, z^3) * root
  size <- sqrt(colSums(extra^2))
  extra <- extra - fit$Q %*% crossprod(fit$Q, extra)
  extra <- extra - fit$Q %*% crossprod(fit$Q, extra)
  extra <- extra[, sqrt(colSums(extra^2)) > 1e-9 * size, drop = FALSE]
  if (ncol(extra) == 0) return(NULL)
  decomposition <- qr(extra, tol = 1e-9)
  df2 <- length(fit$residuals) - fit$rank - decomposition$rank
  if (df2 < 1) return(NULL)
  rest <- sum(qr.resid(decomposition, fit$residuals)^2)
  f <- ((fit$rss - rest) / decomposition$rank) / (rest / df2)
  list(statistic = f, df1 = decomposition$rank, df2 = df2, p_value = pf(f, decomposition$rank, df2, lower.tail = FALSE))
}

# Cook's distance, leverage and externally studentised residual; rows are counted as in the data set.
influence_of <- function(fit, input, inference) {
  h <- pmin(fit$leverage, 1)
  free <- 1 - h
  internal <- ifelse(free > 1e-10, fit$residuals / sqrt(fit$rss / inference$df * free), NA)
  left <- (inference$df - internal^2) / (inference$df - 1)
  list(cooks = internal^2 * h / (free * fit$rank), leverage = h, internal = internal,
    external = ifelse(left > 0, internal / sqrt(left), NA))
}

influential_rows <- function(influence, rows, at_most = 20) {
  n <- length(rows)
  large <- which(influence$cooks > 4 / n)
  large <- large[order(-influence$cooks[large], rows[large])]
  list(count = length(large), threshold = 4 / n, largest = max(c(influence$cooks, 0), na.rm = TRUE),
    rows = lapply(head(large, at_most), function(i) list(row = rows[i], cooks_distance = influence$cooks[i],
      leverage = influence$leverage[i], studentized_residual = influence$external[i])))
}

# Belsley's condition number: columns (not centred) at unit length.
condition_number <- function(fit, input) {
  X <- vapply(fit$terms, fit$raw, numeric(length(input$y))) * sqrt(input$w)
  X <- matrix(X, length(input$y))
  X <- sweep(X, 2, apply(abs(X), 2, max), "/") # the squares then neither overflow nor vanish
  scaled <- sweep(X, 2, sqrt(colSums(X^2)), "/")
  if (!all(is.finite(scaled))) return(NA)
  d <- svd(qr.R(qr(scaled, LAPACK = TRUE)), 0, 0)$d
  if (min(d) > 0) max(d) / min(d) else Inf
}

diagnose <- function(fit, input, inference) {
  n <- inference$n
  perfect <- is_perfect(fit)
  influence <- if (perfect) NULL else influence_of(fit, input, inference)
  r <- if (perfect) NULL else influence$internal[!is.na(influence$internal)]
  shapiro <- if (inference$df >= 3 && length(r) >= 3 && length(r) <= 5000 && max(r) > min(r)) {
    test <- shapiro.test(r)
    list(statistic = unname(test$statistic), p_value = test$p.value)
  }
  list(perfect = perfect, influence = influence, shapiro_wilk = shapiro,
    breusch_pagan = if (!perfect) breusch_pagan(fit, input), durbin_watson = if (!perfect) durbin_watson(fit),
    reset = if (!perfect) reset(fit, input), condition = condition_number(fit, input),
    influential = if (!perfect) influential_rows(influence, input$rows))
}
