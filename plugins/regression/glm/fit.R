# The fit: iteratively reweighted least squares of stats::glm.fit to 1e-12, and what follows from it.

tolerance <- 1e-11 # a column whose part outside the span of those before it is smaller counts as aliased
control <- list(epsilon = 1e-12, maxit = 100, trace = FALSE)

links <- list(binomial = c("logit", "probit", "cloglog", "log"), poisson = c("log", "identity", "sqrt"),
  gamma = c("inverse", "log", "identity"), negative_binomial = c("log", "identity", "sqrt"),
  quasi = c("log", "identity", "sqrt"))

family_of <- function(name, link, theta = NULL) switch(name,
  binomial = do.call(stats::binomial, list(link = link)), poisson = do.call(stats::poisson, list(link = link)),
  gamma = do.call(stats::Gamma, list(link = link)), quasi = do.call(stats::quasipoisson, list(link = link)),
  negative_binomial = negative_binomial(link, theta))

# Variance mu + mu^2 / theta, theta known; as MASS has it, which is not at hand everywhere.
negative_binomial <- function(link, theta) {
  made <- stats::make.link(link)
  structure(list(family = "negative binomial", link = link, linkfun = made$linkfun, linkinv = made$linkinv,
    mu.eta = made$mu.eta, valideta = made$valideta, variance = function(mu) mu + mu^2 / theta,
    validmu = function(mu) all(is.finite(mu)) && all(mu > 0),
    dev.resids = function(y, mu, wt) 2 * wt * (y * log(pmax(1, y) / mu) - (y + theta) * log((y + theta) / (mu + theta))),
    aic = function(y, n, mu, wt, dev) -2 * sum(wt * stats::dnbinom(y, theta, mu = mu, log = TRUE)),
    initialize = expression({ n <- rep(1, nobs); mustart <- y + (y == 0) / 6 })), class = "family")
}

# R's advice about steps and shares is answered by our own checks; an error is told to the caller as NULL. Where R's own
# start gives means that the family does not have, the same mean for every row is tried: the first column is constant.
solve_glm <- function(W, input, family, offset = input$offset, start = NULL) {
  from <- function(start) {
    fit <- tryCatch(suppressWarnings(stats::glm.fit(W, input$y, weights = input$w, start = start, offset = offset,
      family = family, control = control, intercept = TRUE)), error = function(condition) NULL)
    if (is.null(fit) || anyNA(fit$coefficients) || !is.finite(fit$deviance)) NULL else fit
  }
  fit <- from(start)
  if (!is.null(fit) || !is.null(start)) return(fit)
  from(c(family$linkfun(sum(input$w * input$y) / sum(input$w)) - mean(offset), rep(0, ncol(W) - 1)))
}

# The dispersion of counts by maximum likelihood, in turns with the mean (Venables & Ripley).
solve_theta <- function(W, input, link) {
  score <- function(log_theta, mu) {
    theta <- exp(log_theta)
    theta * sum(input$w * (digamma(theta + input$y) - digamma(theta) + log(theta) + 1 - log(theta + mu) -
      (input$y + theta) / (mu + theta)))
  }
  fit <- solve_glm(W, input, family_of("poisson", link))
  theta <- NA
  for (turn in 1:200) {
    if (is.null(fit)) return(NULL)
    ends <- vapply(c(-14, 14), score, 0, mu = fit$fitted.values)
    if (any(!is.finite(ends)) || ends[1] <= 0 || ends[2] >= 0) return(list(theta = Inf))
    previous <- theta
    theta <- exp(stats::uniroot(score, c(-14, 14), mu = fit$fitted.values, tol = 1e-12)$root)
    fit <- solve_glm(W, input, negative_binomial(link, theta), start = fit$coefficients)
    if (!is.na(previous) && abs(theta - previous) <= 1e-10 * theta) return(list(theta = theta, fit = fit))
  }
  NULL
}

fit_model <- function(input, terms, family_name, link, context) {
  design <- design_of(input, terms)
  decomposition <- qr(design$W * sqrt(input$w), tol = tolerance)
  kept <- sort(decomposition$pivot[seq_len(decomposition$rank)])
  W <- design$W[, kept, drop = FALSE]
  solved <- if (family_name == "negative_binomial") solve_theta(W, input, link) else
    list(fit = solve_glm(W, input, family_of(family_name, link)))
  if (is.infinite(c(solved$theta, 0)[1]))
    context$refuse("NO_OVERDISPERSION", "The counts do not vary more than a Poisson distribution has it.",
      where = list(param = "family"), hint = "Use the family poisson.")
  if (is.null(solved$fit))
    context$refuse("NO_SOLUTION", paste0("No coefficients were found at which the link ", quoted(link),
      " gives possible means for every row."), class = "convergence", where = list(param = "link"),
      hint = "Use the default link of the family, or fewer predictors.")
  family <- family_of(family_name, link, solved$theta)
  null <- solve_glm(matrix(1, length(input$y), 1), input, family)
  finish_fit(input, design, kept, W, solved$fit, family, family_name, null, solved$theta)
}

# Weights at the solution itself, not one step before, and the way back to the units of the columns.
finish_fit <- function(input, design, kept, W, fit, family, family_name, null, theta) {
  mu <- fit$fitted.values
  eta <- fit$linear.predictors
  working <- input$w * family$mu.eta(eta)^2 / family$variance(mu)
  working[!is.finite(working)] <- 0
  rank <- length(kept)
  back <- diag(1 / design$scale[kept], rank)
  back[1, -1] <- -(design$centre / design$scale)[kept][-1]
  df <- length(input$y) - rank
  pearson <- sum(input$w * (input$y - mu)^2 / family$variance(mu))
  estimated <- family_name %in% c("gamma", "quasi")
  extra <- family_name %in% c("gamma", "negative_binomial")
  loglik <- if (family_name == "quasi") NA_real_ else
    -family$aic(input$y, rep(1, length(mu)), mu, input$w, fit$deviance) / 2 + (family_name == "gamma")
  list(family = family, name = family_name, link = family$link, labels = design$labels[kept],
    aliased = design$labels[-kept], level = design$level[kept], W = W, scale = design$scale[kept],
    centre = design$centre[kept], working_coefficients = fit$coefficients, back = back,
    estimate = drop(back %*% fit$coefficients), mu = mu, eta = eta, working = working, rank = rank, df = df,
    pearson = pearson, dispersion = if (!estimated) 1 else if (df > 0) pearson / df else NA_real_,
    estimated = estimated, deviance = fit$deviance, null = null, theta = theta,
    loglik = loglik, parameters = rank + extra, converged = isTRUE(fit$converged), iterations = fit$iter,
    pearson_residuals = (input$y - mu) * sqrt(input$w / family$variance(mu)),
    deviance_residuals = sign(input$y - mu) * sqrt(pmax(family$dev.resids(input$y, mu, input$w), 0)))
}

infer <- function(input, fit, conf_level, interval) {
  decomposition <- qr(fit$W * sqrt(fit$working), LAPACK = TRUE)
  half <- fit$back[, decomposition$pivot, drop = FALSE] %*% backsolve(qr.R(decomposition), diag(fit$rank))
  se <- sqrt(rowSums(half^2) * fit$dispersion)
  statistic <- fit$estimate / se
  finite <- !fit$labels %in% fit$separation$terms
  p <- if (fit$estimated) 2 * pt(-abs(statistic), fit$df) else 2 * pnorm(-abs(statistic))
  quantile <- if (fit$estimated) qt((1 + conf_level) / 2, fit$df) else qnorm((1 + conf_level) / 2)
  wald <- cbind(fit$estimate - quantile * se, fit$estimate + quantile * se)
  limits <- if (interval == "profile") profile_limits(input, fit, wald, quantile^2 * fit$dispersion) else wald
  slope <- fit$labels != "(Intercept)"
  centred <- sweep(fit$W, 2, colSums(fit$W * fit$working) / sum(fit$working))
  ss <- colSums(centred^2 * fit$working) * fit$scale^2
  known <- function(x) ifelse(finite, x, NA_real_)
  ratio <- fit$link %in% c("log", "logit")
  list(estimate = known(fit$estimate), se = known(se), statistic = known(statistic), p = known(p),
    low = known(limits[, 1]), high = known(limits[, 2]), slope = slope, ratio = ratio,
    exp = if (ratio) known(exp(fit$estimate)) else rep(NA_real_, fit$rank),
    exp_low = if (ratio) known(exp(limits[, 1])) else rep(NA_real_, fit$rank),
    exp_high = if (ratio) known(exp(limits[, 2])) else rep(NA_real_, fit$rank),
    vif = ifelse(slope & finite, rowSums(half^2) * ss, NA_real_),
    leverage = rowSums(qr.Q(decomposition)^2), test = overall_test(fit))
}

# All slopes together: likelihood ratio, or F where the dispersion is estimated.
overall_test <- function(fit) {
  df1 <- fit$rank - 1
  if (df1 < 1 || is.null(fit$null)) return(NULL)
  gain <- fit$null$deviance - fit$deviance
  if (fit$estimated) {
    f <- gain / df1 / fit$dispersion
    list(statistic = f, df = df1, df2 = fit$df, p_value = pf(f, df1, fit$df, lower.tail = FALSE))
  } else list(statistic = gain, df = df1, df2 = NA_integer_, p_value = pchisq(gain, df1, lower.tail = FALSE))
}
