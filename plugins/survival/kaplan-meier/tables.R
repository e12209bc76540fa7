# Tables: groups, number at risk, comparisons, the steps of the curves.

most_steps <- 10000

at_risk_table <- function(curves) {
  times <- pretty(c(0, max(vapply(curves, `[[`, 0, "last"))), 7)
  times <- times[times <= max(vapply(curves, `[[`, 0, "last"))]
  counts <- lapply(curves, function(curve) vapply(times, function(t) {
    at <- which(curve$fit$time >= t)
    if (length(at) > 0) as.integer(curve$fit$n.risk[at[1]]) else 0L
  }, 0L))
  names(counts) <- paste0("group_", seq_along(curves))
  list(name = "at-risk", title = "Number at risk", data = cbind(data.frame(time = times), as.data.frame(counts)),
    titles = c(time = "Time", stats::setNames(vapply(curves, function(curve) brief(curve$label, 150), ""), names(counts))))
}

curve_table <- function(curves, p) {
  steps <- do.call(rbind, lapply(curves, function(curve) {
    at <- which(curve$fit$n.event > 0)
    fit <- curve$fit
    data.frame(group = rep(brief(curve$label, 300), length(at)), time = fit$time[at], at_risk = as.integer(fit$n.risk[at]),
      events = as.integer(fit$n.event[at]), survival = fit$surv[at], ci_low = fit$lower[at], ci_high = fit$upper[at])
  }))
  list(name = "curve", title = if (nrow(steps) > most_steps) sprintf("Steps of the curves (the first %d)", most_steps) else
    "Steps of the curves", data = head(steps, most_steps), titles = c(group = "Group", time = "Time", at_risk = "At risk",
    events = "Events", survival = "Survival", ci_low = paste(p, "low"), ci_high = paste(p, "high")),
    types = c(group = "text"))
}

frame_of <- function(entries, keys) as.data.frame(stats::setNames(lapply(keys, function(key)
  vapply(entries, function(entry) if (is.character(entry[[key]])) brief(entry[[key]], 300) else entry[[key]],
    entries[[1]][[key]])), keys))

tables_of <- function(curves, compared, values, options) {
  p <- percent(options$conf_level)
  low <- paste(p, "low")
  high <- paste(p, "high")
  groups <- frame_of(values$groups, c("group", "n", "events", "censored", "median", "median_ci_low", "median_ci_high",
    "rmean", "rmean_std_error", "follow_up_median"))
  c(list(list(name = "groups", title = "Groups", data = groups, titles = c(group = "Group", n = "Rows", events = "Events",
      censored = "Censored", median = "Median", median_ci_low = low, median_ci_high = high, rmean = paste0(
      "Mean time up to ", fmt(values$rmean_time)), rmean_std_error = "Standard error", follow_up_median = "Median follow-up"),
      types = c(group = "text")), at_risk_table(curves)),
    if (length(values$survival) > 0) list(list(name = "survival", title = "Survival at the times asked for",
      data = frame_of(values$survival, c("group", "time", "estimate", "std_error", "ci_low", "ci_high", "at_risk")),
      titles = c(group = "Group", time = "Time", estimate = "Survival", std_error = "Standard error", ci_low = low,
        ci_high = high, at_risk = "At risk"), types = c(group = "text"))),
    if (!is.null(compared)) list(
      list(name = "log-rank", title = if (options$rho == 0) "Log-rank test" else "Weighted log-rank test",
        data = data.frame(group = vapply(curves, function(curve) brief(curve$label, 300), ""),
          observed = as.numeric(compared$logrank$observed), expected = as.numeric(compared$logrank$expected)),
        titles = c(group = "Group", observed = "Events observed", expected = "Events expected"), types = c(group = "text")),
      list(name = "hazard-ratios", title = "Hazard ratios", data = frame_of(compared$ratios, c("group", "reference",
        "hazard_ratio", "ci_low", "ci_high", "p_value")), titles = c(group = "Group", reference = "Against",
        hazard_ratio = "Hazard ratio", ci_low = low, ci_high = high, p_value = "p"), types = c(group = "text",
        reference = "text", p_value = "p_value"))),
    if (length(compared$pairwise) > 0) list(list(name = "pairwise", title = "Pairs of groups, p-values adjusted by Holm",
      data = frame_of(compared$pairwise, c("first", "second", "statistic", "p_value", "p_adjusted")), titles = c(first = "First",
        second = "Second", statistic = "Chi-squared", p_value = "p", p_adjusted = "p adjusted"), types = c(first = "text",
        second = "text", p_value = "p_value", p_adjusted = "p_value"))),
    list(curve_table(curves, p)))
}
