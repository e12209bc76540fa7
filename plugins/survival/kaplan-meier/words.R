# Sentences, numbers in words, and code for the reader.

fmt <- function(x, digits = 4) {
  if (!is.finite(x)) return(if (is.na(x)) "not reached" else if (x > 0) "infinite" else "minus infinite")
  if (x != 0 && (abs(x) < 1e-4 || abs(x) >= 1e7)) return(formatC(x, digits = digits - 1, format = "e"))
  trimws(formatC(x, digits = max(digits, nchar(trunc(abs(x)))), format = "fg"))
}
fmt_p <- function(p) if (is.na(p)) "p not defined" else if (p < 0.001) "p < 0.001" else sprintf("p = %.3f", p)
percent <- function(x) paste(fmt(100 * x, 3), "%")

verdict_of <- function(p) if (p >= 0.05) "met" else if (p >= 0.01) "doubtful" else "violated"
judged <- function(id, title, verdict, message, ...) c(list(id = id, title = title, verdict = verdict,
  message = message), list(...))

judge <- function(input, curves, compared) {
  fewest <- curves[[which.min(vapply(curves, `[[`, 0L, "events"))]]
  alone <- "Not checked: there is one group only."
  p <- compared$proportional
  s <- compared$censoring
  proportional <- "The ratio of the hazards is the same at all times"
  alike <- "Censoring is alike in the groups"
  list(
    judged("independent-censoring", "Censoring tells nothing about the event", "not_checked", paste0(
      percent(mean(!input$event)), " of the rows are censored. It cannot be seen in the data whether they would fare like the ",
      "others: it holds if rows were lost, or the study ended, for reasons that have nothing to do with the event.")),
    if (is.null(compared)) judged("even-censoring", alike, "not_checked", alone) else
      if (is.null(s)) judged("even-censoring", alike, "met", "No row is censored.") else
      judged("even-censoring", alike, if (s$p_value >= 0.05) "met" else "doubtful", paste0(if (s$p_value >= 0.05)
        "No sign that rows are lost earlier in one group than in another (" else
        "Rows are lost earlier in one group than in another: ask why (", fmt_p(s$p_value), ")."), statistic = s$statistic,
        p_value = s$p_value, test = "Log-rank test with censoring as the event"),
    if (is.null(p)) judged("proportional-hazards", proportional, "not_checked", if (is.null(compared)) alone else
      "Not checked: a group has no events.") else
      judged("proportional-hazards", proportional, verdict_of(p$p_value), paste0(if (p$p_value >= 0.05)
        "No sign that the hazard ratio changes over time (" else
        "The hazard ratio changes over time: it and the log-rank test hide this; compare the curves and the restricted means (",
        fmt_p(p$p_value), ")."), statistic = p$statistic, p_value = p$p_value, test = "Schoenfeld residuals (Grambsch-Therneau)"),
    judged("enough-events", "Every group has enough events", if (fewest$events >= 10) "met" else if (fewest$events >= 5)
      "doubtful" else "violated", paste0("The fewest events, ", fewest$events, ", are in the group ", quoted(fewest$label),
      if (fewest$events >= 10) "." else ": its curve, interval and test are rough."), statistic = fewest$events,
      test = "Events in the group with the fewest"))
}

summarise <- function(input, curves, compared, means, end, options, assumptions) {
  level <- percent(options$conf_level)
  grouped <- length(input$group_name) > 0
  medians <- vapply(head(curves, 6), function(curve) paste0(if (grouped) paste0(quoted(curve$label), ": "),
    if (is.na(curve$median)) "not reached" else paste0(fmt(curve$median), " (", level, " interval ",
      if (is.na(curve$low)) "open" else fmt(curve$low), " to ", if (is.na(curve$high)) "open" else fmt(curve$high), ")")), "")
  lines <- c(paste0(format(length(input$time), big.mark = ","), " rows, ", format(sum(input$event), big.mark = ","),
      " events, ", format(sum(!input$event), big.mark = ","), " censored", if (grouped) paste0("; ", length(curves), " groups"), "."),
    paste0("Median time to the event", if (grouped) " by group", ": ", paste(medians, collapse = "; "),
      if (length(curves) > 6) "; others in the table", "."))
  if (!is.null(compared)) {
    t <- compared$logrank
    clear <- isTRUE(t$p_value < 1 - options$conf_level)
    lines <- c(lines, paste0(if (clear) "This is evidence that the groups differ" else
      "There is no clear evidence that the groups differ", " (", if (options$rho == 0) "log-rank" else "weighted log-rank",
      " chi-squared(", t$df, ") = ", fmt(t$statistic), ", ", fmt_p(t$p_value), ")."))
    for (r in Filter(function(r) !is.na(r$hazard_ratio), head(compared$ratios, 3))) lines <- c(lines, paste0(
      "The hazard of ", quoted(r$group), " is ", fmt(r$hazard_ratio, 3), " times that of ", quoted(r$reference), " (", level,
      " interval ", fmt(r$ci_low, 3), " to ", fmt(r$ci_high, 3), ")."))
    if (length(curves) == 2) {
      d <- means[[2]]$mean - means[[1]]$mean
      half <- qnorm((1 + options$conf_level) / 2) * sqrt(means[[1]]$se^2 + means[[2]]$se^2)
      lines <- c(lines, paste0("Up to time ", fmt(end), ", ", quoted(curves[[2]]$label), " has on average ", fmt(abs(d)),
        if (d < 0) " less" else " more", " time without the event than ", quoted(curves[[1]]$label), " (", level, " interval ",
        fmt(d - half), " to ", fmt(d + half), ")."))
    }
  }
  open <- Filter(function(a) a$verdict %in% c("doubtful", "violated"), assumptions)
  c(lines, if (length(open) > 0) paste0("Look at these assumptions: ",
    paste(vapply(open, function(a) paste0(tolower(substr(a$title, 1, 1)), substring(a$title, 2)), ""),
    collapse = "; "), "."))
}

reader_code <- function(input, options) {
  string <- function(text) encodeString(text, quote = '"')
  at <- function(name) paste0("d[[", string(name), "]]")
  grouped <- length(input$group_name) > 0
  right <- if (grouped) "group" else "1"
  lower <- input$event_value %in% c("true", "false")
  paste(c("library(survival)", 'd <- read.csv("data.csv", check.names = FALSE, stringsAsFactors = FALSE)',
    paste0("time <- ", at(input$time_name)),
    paste0("event <- ", if (lower) "tolower(" else "", "as.character(", at(input$event_name), if (lower) ")", ") == ",
      string(input$event_value)),
    if (grouped) paste0("group <- factor(", at(input$group_name), ")"),
    sprintf("fit <- survfit(Surv(time, event) ~ %s, conf.type = \"%s\", conf.int = %s)", right, options$ci,
      format(options$conf_level, digits = 15)), "print(fit)",
    if (length(options$times) > 0) sprintf("summary(fit, times = c(%s))", paste(format(options$times, digits = 15,
      trim = TRUE), collapse = ", ")),
    if (length(input$labels) > 1) c(sprintf("survdiff(Surv(time, event) ~ group, rho = %s)", format(options$rho, digits = 15)),
      "summary(coxph(Surv(time, event) ~ group))", "cox.zph(coxph(Surv(time, event) ~ group))")), collapse = "\n")
}
