# Kaplan-Meier curves by the package survival, and what is read off them.

conf_type <- c(log = "log", "log-log" = "log-log", plain = "plain")

curve_of <- function(input, k, options) {
  own <- input$group == k
  fit <- survival::survfit(survival::Surv(input$time[own], input$event[own]) ~ 1, conf.type = conf_type[[options$ci]],
    conf.int = options$conf_level)
  reverse <- survival::survfit(survival::Surv(input$time[own], !input$event[own]) ~ 1)
  q <- quantile(fit, 0.5)
  number <- function(x) if (length(x) == 1 && is.finite(x)) as.numeric(x) else NA_real_
  list(label = input$labels[k], n = sum(own), events = sum(input$event[own]), fit = fit, last = max(input$time[own]),
    end = tail(fit$surv, 1), median = number(q$quantile), low = number(q$lower), high = number(q$upper),
    follow_up = number(quantile(reverse, 0.5, conf.int = FALSE)))
}

# Survival at given times; nothing is known beyond the last look, unless the curve has come to zero.
survival_at <- function(curve, times) {
  if (length(times) == 0) return(list())
  s <- summary(curve$fit, times = sort(unique(times)), extend = TRUE)
  known <- s$time <= curve$last | curve$end <= 0
  value <- function(x) ifelse(known, x, NA_real_)
  lapply(seq_along(s$time), function(i) list(group = curve$label, time = s$time[i], estimate = value(s$surv)[i],
    std_error = value(s$std.err)[i], ci_low = value(s$lower)[i], ci_high = value(s$upper)[i],
    at_risk = as.integer(s$n.risk[i])))
}

# Area under the curve up to `end`, with Greenwood's standard error.
restricted_mean <- function(fit, end) {
  inside <- fit$time <= end & fit$n.event > 0
  at <- fit$time[inside]
  steps <- diff(c(0, at, end)) * c(1, fit$surv[inside])
  after <- rev(cumsum(rev(steps)))[-1] # area to the right of each event
  d <- fit$n.event[inside]
  r <- fit$n.risk[inside]
  weight <- ifelse(r > d, d / (r * (r - d)), 0) # no area is left after the last row has its event
  list(mean = sum(steps), se = sqrt(sum(after^2 * weight)))
}

log_rank <- function(input, groups, rho) {
  own <- input$group %in% groups
  test <- survival::survdiff(survival::Surv(input$time[own], input$event[own]) ~ factor(input$group[own]), rho = rho)
  expected <- if (is.matrix(test$exp)) rowSums(test$exp) else test$exp
  observed <- if (is.matrix(test$obs)) rowSums(test$obs) else test$obs
  df <- sum(expected > 0) - 1
  list(statistic = test$chisq, df = df, p_value = if (df > 0) pchisq(test$chisq, df, lower.tail = FALSE) else NA_real_,
    observed = observed, expected = expected)
}

compare <- function(input, curves, options) {
  count <- length(curves)
  if (count < 2) return(NULL)
  all <- log_rank(input, seq_len(count), options$rho)
  pairs <- if (count > 2) utils::combn(count, 2, simplify = FALSE) else list()
  pairwise <- lapply(pairs, function(pair) {
    test <- log_rank(input, pair, options$rho)
    list(first = curves[[pair[1]]]$label, second = curves[[pair[2]]]$label, statistic = test$statistic, p_value = test$p_value)
  })
  adjusted <- stats::p.adjust(vapply(pairwise, `[[`, 0, "p_value"), "holm")
  for (i in seq_along(pairwise)) pairwise[[i]]$p_adjusted <- adjusted[i]
  c(list(logrank = all, pairwise = pairwise), hazards(input, curves, options), list(censoring = censoring_of(input)))
}

# Hazard ratios to the first group (Cox, Efron), and whether they hold over time.
hazards <- function(input, curves, options) {
  group <- factor(input$group)
  fit <- tryCatch(suppressWarnings(survival::coxph(survival::Surv(input$time, input$event) ~ group, ties = "efron")),
    error = function(condition) NULL)
  z <- qnorm((1 + options$conf_level) / 2)
  none <- vapply(curves, function(curve) curve$events == 0, NA) # its ratio is zero or infinite, and has no interval
  ratios <- lapply(seq_along(curves)[-1], function(k) {
    b <- if (is.null(fit) || none[1] || none[k]) NA_real_ else unname(stats::coef(fit)[k - 1])
    se <- if (is.na(b)) NA_real_ else sqrt(stats::vcov(fit)[k - 1, k - 1])
    list(group = curves[[k]]$label, reference = curves[[1]]$label, hazard_ratio = exp(b), ci_low = exp(b - z * se),
      ci_high = exp(b + z * se), p_value = 2 * pnorm(-abs(b / se)))
  })
  ph <- if (!is.null(fit) && !any(none)) tryCatch(survival::cox.zph(fit, terms = TRUE)$table, error = function(condition) NULL)
  list(ratios = ratios, proportional = if (!is.null(ph)) list(statistic = unname(ph[nrow(ph), "chisq"]),
    p_value = unname(ph[nrow(ph), "p"])))
}

# Does censoring come at other times in one group than in another? The same test with censoring as the event.
censoring_of <- function(input) {
  if (all(input$event)) return(NULL)
  turned <- input
  turned$event <- !input$event
  test <- log_rank(turned, unique(input$group), 0)
  if (is.na(test$p_value)) NULL else test[c("statistic", "p_value")]
}
