# The fit: Householder QR in a centred and scaled basis, and what follows from it.

tolerance <- 1e-11 # a column whose part outside the span of those before it is smaller counts as aliased

fit_design <- function(input, terms) {
  numeric <- vapply(input$columns, function(column) is.null(column$levels), NA)
  basis <- lapply(seq_along(input$columns), function(i)
    if (numeric[i]) basis_of(input$columns[[i]]$x, input$intercept) else list(centre = 0, scale = 1))
  root <- sqrt(input$w)
  W <- vapply(terms, term_column, numeric(length(input$y)), columns = input$columns, basis = basis)
  W <- matrix(W, length(input$y))
  response <- basis_of(input$y, input$intercept)
  y <- (input$y - response$centre) / response$scale
  decomposition <- qr(W * root, tol = tolerance)
  r <- decomposition$rank
  kept <- sort(decomposition$pivot[seq_len(r)])
  back <- back_transform(terms, basis)
  if (r < length(terms)) {
    # Every working column in terms of those kept, then every raw one; both are triangular, as each term comes after
    # those it is made of, and an aliased one after those it depends on.
    mixed <- qr.coef(decomposition, W * root)[kept, , drop = FALSE]
    raw_in_kept <- mixed %*% backsolve(back, diag(length(terms)))
    back <- backsolve(raw_in_kept[, kept, drop = FALSE], diag(r))
    W <- W[, kept, drop = FALSE]
    decomposition <- qr(W * root, tol = 0)
  }
  Q <- qr.Q(decomposition)
  working <- qr.coef(decomposition, y * root)
  # One step of refinement takes off most of what the rounding of the first solution left.
  working <- working + qr.coef(decomposition, (y - drop(W %*% working)) * root)
  effects <- drop(crossprod(Q, y * root))
  residuals <- qr.resid(decomposition, y * root) # times the root of the weight, in units of the response's scale
  fitted <- input$y - residuals / root * response$scale
  estimate <- drop(back %*% working) * response$scale
  labels <- vapply(terms, `[[`, "", "label")
  if (input$intercept) estimate[1] <- estimate[1] + response$centre
  list(labels = labels[kept], aliased = labels[setdiff(seq_along(terms), kept)], terms = terms[kept],
    estimate = estimate, half = back %*% backsolve(qr.R(decomposition), diag(r)), Q = Q, rank = r,
    residuals = residuals, unit = response$scale, fitted = fitted, rss = sum(residuals^2), leverage = rowSums(Q^2),
    mss = sum(effects[if (input$intercept) -1 else TRUE]^2), basis = basis,
    raw = function(term) term_column(term, input$columns, lapply(basis, function(b) list(centre = 0, scale = 1))))
}

# Essentially perfect: what is left is the rounding of the arithmetic.
is_perfect <- function(fit) fit$rss <= 1e-24 * (fit$rss + fit$mss)

infer <- function(input, fit, robust, conf_level) {
  n <- length(input$y)
  df <- n - fit$rank
  sigma <- sqrt(fit$rss / df) * fit$unit
  classical <- sigma * sqrt(rowSums(fit$half^2))
  covariance_root <- fit$half * sigma
  if (robust == "HC3") {
    u <- ifelse(fit$leverage > 1 - 1e-10, 0, fit$residuals / (1 - fit$leverage))
    covariance_root <- fit$half %*% t(fit$Q * u * fit$unit)
  }
  se <- sqrt(rowSums(covariance_root^2))
  t <- fit$estimate / se
  t[fit$estimate == 0 & se == 0] <- NA
  width <- qt((1 + conf_level) / 2, df) * se
  total <- sum(input$w)
  slope <- fit$labels != "(Intercept)"
  spread <- function(x) { m <- sum(input$w * x) / total; sum(input$w * (x - m)^2) }
  ss_x <- vapply(fit$terms, function(term) spread(fit$raw(term)), 0)
  indicator <- vapply(fit$terms, function(term) any(vapply(term$parts, function(p) p[3] > 0, NA)), NA)
  sd_y <- sqrt(spread(input$y / fit$unit) / total) * fit$unit
  unit <- ifelse(indicator, 1, sqrt(ss_x / total)) / sd_y
  classical_t <- fit$estimate / classical
  df1 <- fit$rank - input$intercept
  f <- if (df1 > 0) (fit$mss / df1) / (fit$rss / df) else NA
  list(n = n, df = df, sigma = sigma, estimate = fit$estimate, se = se, t = t, p = 2 * pt(-abs(t), df),
    low = fit$estimate - width, high = fit$estimate + width, slope = slope,
    vif = ifelse(slope & input$intercept & df1 > 0, rowSums(fit$half^2) * ss_x, NA),
    standardised = ifelse(slope, fit$estimate * unit, NA), unit = ifelse(slope, unit, NA),
    partial_r_squared = ifelse(slope, classical_t^2 / (classical_t^2 + df), NA),
    r_squared = fit$mss / (fit$mss + fit$rss), df1 = df1, f = f,
    adj_r_squared = 1 - (fit$rss / df) / ((fit$mss + fit$rss) / (n - input$intercept)),
    f_p = if (df1 > 0) pf(f, df1, df, lower.tail = FALSE) else NA,
    loglik = 0.5 * (sum(log(input$w)) - n * (log(2 * pi) + 1 - log(n) + log(fit$rss) + 2 * log(fit$unit))),
    wald = if (robust == "HC3") robust_wald(fit, covariance_root, slope, df))
}

# All slopes together against zero, with the robust covariance.
robust_wald <- function(fit, covariance_root, slope, df) {
  if (!any(slope)) return(NULL)
  scaled <- covariance_root[slope, , drop = FALSE]
  size <- sqrt(rowSums(scaled^2))
  if (any(size == 0)) return(NULL)
  q <- qr(t(scaled / size), tol = tolerance)
  if (q$rank < sum(slope)) return(NULL)
  z <- backsolve(qr.R(q), (fit$estimate[slope] / size)[q$pivot], transpose = TRUE)
  f <- sum(z^2) / sum(slope)
  list(statistic = f, df1 = sum(slope), df2 = df, p_value = pf(f, sum(slope), df, lower.tail = FALSE))
}
