# Kaplan-Meier curves, medians, log-rank test and hazard ratios, by the package survival. See the files beside this one.

run <- function(data, params, context) {
  given <- function(name, default) if (is.null(params[[name]])) default else params[[name]]
  options <- list(times = sort(unique(as.numeric(unlist(params$times)))), ci = text_of(given("ci", "log")),
    rho = as.numeric(given("rho", 0)), conf_level = as.numeric(given("conf_level", 0.95)))
  context$progress(0.05, "reading the columns", "read")
  input <- read_columns(data, params, context)
  context$progress(0.3, "drawing up the curves", "curves")
  curves <- lapply(seq_along(input$labels), function(k) curve_of(input, k, options))
  # The mean time is compared as far as every group was followed.
  end <- min(vapply(curves, `[[`, 0, "last"))
  means <- lapply(curves, function(curve) restricted_mean(curve$fit, end))
  context$progress(0.6, "comparing the groups", "compare")
  compared <- compare(input, curves, options)
  assumptions <- judge(input, curves, compared)
  warn_of(input, curves, options, context)
  context$progress(0.85, "drawing", "figures")
  values <- values_of(input, curves, compared, means, end, options)
  code <- reader_code(input, options)
  list(values = values, summary = I(summarise(input, curves, compared, means, end, options, assumptions)),
    method = method_of(input, options, length(curves)), assumptions = assumptions, dropped = input$dropped,
    tables = tables_of(curves, compared, values, options),
    figures = Filter(Negate(is.null), list(curve_figure(input, curves, options),
      if (!is.null(compared)) hazard_figure(compared, options))),
    code = if (nchar(code) <= 19000) code) # longer only where names of columns are
}

warn_of <- function(input, curves, options, context) {
  labels <- function(found) paste(vapply(head(found, 10), function(curve) quoted(curve$label), ""), collapse = ", ")
  open <- Filter(function(curve) is.na(curve$median), curves)
  if (length(open) > 0) context$warn("MEDIAN_NOT_REACHED", paste0("More than half of the rows have no event in: ",
    labels(open), ". The median lies beyond what was seen."), "note")
  none <- Filter(function(curve) curve$events == 0, curves)
  if (length(none) > 0) context$warn("GROUP_WITHOUT_EVENTS", paste0("No event was seen in: ", labels(none),
    ". Its hazard ratio has no finite estimate."), "caution")
  late <- Filter(function(curve) any(options$times > curve$last) && curve$end > 0, curves)
  if (length(late) > 0) context$warn("TIME_NOT_SEEN", paste0("A time asked for is beyond the last look in: ", labels(late),
    ". Survival there is not known."), "caution")
  if (input$event_levels > 2) context$warn("SEVERAL_OUTCOMES", paste0("Column ", quoted(input$event_name), " holds ",
    input$event_levels, " values; all but ", quoted(input$event_value),
    " count as censored. If they are other ways to end, the curves overstate the event (competing risks)."), "caution")
  if (length(input$dropped) > 0 && input$dropped[[1]]$rows > length(input$time)) context$warn("MANY_ROWS_DROPPED",
    "More rows were left out than used; the result may not stand for the whole data set.", "caution")
}

values_of <- function(input, curves, compared, means, end, options) list(
  n = length(input$time), events = sum(input$event), event_value = input$event_value,
  groups = Map(function(curve, mean) list(group = curve$label, n = curve$n, events = curve$events,
    censored = curve$n - curve$events, median = curve$median, median_ci_low = curve$low, median_ci_high = curve$high,
    rmean = mean$mean, rmean_std_error = mean$se, follow_up_median = curve$follow_up, last_time = curve$last), curves, means),
  rmean_time = end,
  survival = unlist(lapply(curves, survival_at, times = options$times), recursive = FALSE),
  logrank = if (!is.null(compared)) list(statistic = compared$logrank$statistic, df = compared$logrank$df,
    p_value = compared$logrank$p_value, rho = options$rho, groups = lapply(seq_along(curves), function(k) list(
      group = curves[[k]]$label, observed = as.numeric(compared$logrank$observed[k]),
      expected = as.numeric(compared$logrank$expected[k])))),
  pairwise = as.list(compared$pairwise), hazard_ratios = as.list(compared$ratios),
  rmean_differences = lapply(seq_along(curves)[-1], function(k) {
    d <- means[[k]]$mean - means[[1]]$mean
    se <- sqrt(means[[k]]$se^2 + means[[1]]$se^2)
    z <- qnorm((1 + options$conf_level) / 2)
    list(group = curves[[k]]$label, reference = curves[[1]]$label, difference = d, ci_low = d - z * se, ci_high = d + z * se)
  }),
  proportional_hazards = compared$proportional, ci = options$ci, conf_level = options$conf_level)

method_of <- function(input, options, count) list(
  text = paste0("Kaplan-Meier estimate of the share without the event; ", switch(options$ci, log = "log-transformed",
      `log-log` = "log-log-transformed", plain = "untransformed"), " intervals with Greenwood's variance. ",
    "Rows whose value of the event column is not ", quoted(input$event_value), " count as censored. The median is the time at ",
    "which the curve comes to one half, the middle of the step where it stays there; its interval is where the band crosses one ",
    "half. The mean time is the area under the curve up to the smallest of the groups' last times. Median follow-up is by the ",
    "reverse Kaplan-Meier estimate. ", if (count > 1) paste0("Groups are compared by the ", if (options$rho == 0)
      "log-rank test" else paste0("test of Harrington and Fleming with rho = ", fmt(options$rho)),
      ", and by hazard ratios to the first group in sorted order (Cox, ties after Efron, Wald intervals). ") else "",
    "Rows with a missing value are left out."),
  reference = "survival::survfit, survival::survdiff, survival::coxph",
  options = list(ci = options$ci, rho = options$rho, conf_level = options$conf_level, times = as.list(options$times)))
