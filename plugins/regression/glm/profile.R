# Limits from the profile likelihood: where the deviance, with one coefficient held, has risen by `rise`.

profile_limits <- function(input, fit, wald, rise) {
  best <- fit$estimate * fit$scale
  # Centred columns lose no digits, but only those that are not have the intercept of the model.
  design <- function(j) if (j == 1) sweep(fit$W, 2, fit$centre / fit$scale, "+") else fit$W
  others <- function(j) if (j == 1) best[-1] else fit$working_coefficients[-j]
  deviance_at <- function(eta) sum(fit$family$dev.resids(input$y, fit$family$linkinv(eta), input$w))
  # The other coefficients with number j held at `value`, from a start near them. NULL where the fit ran off.
  held <- function(X, j, value, start) {
    offset <- input$offset + X[, j] * value
    if (ncol(X) == 1) return(list(rest = numeric(), rise = deviance_at(offset) - fit$deviance))
    rest <- X[, -j, drop = FALSE]
    refit <- solve_glm(rest, input, fit$family, offset = offset, start = start)
    if (is.null(refit) || !refit$converged) return(NULL)
    near <- suppressWarnings(deviance_at(offset + drop(rest %*% start)))
    if (is.finite(near) && refit$deviance > near + 1e-8 * (abs(near) + 1)) return(NULL)
    list(rest = refit$coefficients, rise = refit$deviance - fit$deviance)
  }
  one <- function(j, side) {
    step <- (wald[j, side] - fit$estimate[j]) * fit$scale[j]
    if (fit$labels[j] %in% fit$separation$terms || !is.finite(step) || step == 0) return(NA_real_)
    X <- design(j)
    times <- walk(function(times, start) held(X, j, best[j] + times * step, start), others(j), rise)
    (best[j] + times * step) / fit$scale[j]
  }
  cbind(vapply(seq_along(best), one, 0, side = 1), vapply(seq_along(best), one, 0, side = 2))
}

# Along the profile in steps that shrink where the fit runs off, then the root between the last two points.
walk <- function(held, rest, rise) {
  last <- list(times = 0, rest = rest)
  before <- NULL
  # Where the others should be, in a straight line through the last two points.
  ahead <- function(times) if (is.null(before)) last$rest else
    last$rest + (last$rest - before$rest) * (times - last$times) / (last$times - before$times)
  h <- 0.25
  for (turn in 1:200) {
    point <- held(last$times + h, ahead(last$times + h))
    if (is.null(point)) point <- held(last$times + h, last$rest)
    if (is.null(point)) h <- h / 2
    else if (point$rise >= rise) break
    else {
      before <- last
      last <- list(times = last$times + h, rest = point$rest)
      h <- h * 1.3
    }
    if (h < 1e-6 || last$times > 100) return(NA_real_) # no limit on this side, or none that can be found
  }
  if (is.null(point) || point$rise < rise) return(NA_real_)
  at <- function(times) {
    point <- held(times, ahead(times))
    if (is.null(point)) stop("ran off") else point$rise - rise
  }
  tryCatch(stats::uniroot(at, last$times + c(0, h), tol = 1e-9)$root, error = function(condition) NA_real_)
}

# Profiles fit the model some thirty times for each term.
profile_is_cheap <- function(n, rank) as.numeric(n) * rank^3 * 200 < 2e10
