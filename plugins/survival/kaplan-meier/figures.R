# Figures: Vega-Lite with inline rows; field names are ours, names of columns appear as titles only.

grey <- "#666666"
# Okabe and Ito's colours first, which most eyes tell apart; then others.
palette <- c("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C6D31", "#000000", "#7B4173", "#637939",
  "#843C39", "#3182BD", "#31A354", "#756BB1", "#636363", "#E6550D", "#9C9EDE", "#B5CF6B", "#E7969C", "#BDBDBD")
rows_of <- function(frame) lapply(seq_len(nrow(frame)), function(i) as.list(frame[i, , drop = FALSE]))
even <- function(n, most) if (n > most) unique(round(seq(1, n, length.out = most))) else seq_len(n)

# Where the curve steps, from (0, 1) to the last look; limits that are not defined follow the curve.
steps_of <- function(curve, label, most) {
  fit <- curve$fit
  at <- which(fit$n.event > 0)
  at <- at[even(length(at), most)]
  known <- function(x) ifelse(is.na(x), fit$surv[at], x)
  frame <- data.frame(time = c(0, fit$time[at]), survival = c(1, fit$surv[at]), low = c(1, known(fit$lower[at])),
    high = c(1, known(fit$upper[at])), group = label)
  if (tail(frame$time, 1) < curve$last) frame <- rbind(frame, transform(frame[nrow(frame), ], time = curve$last))
  frame
}

curve_figure <- function(input, curves, options) {
  grouped <- length(input$group_name) > 0
  labels <- make.unique(vapply(curves, function(curve) brief(curve$label, 40), ""))
  most <- min(400, 4000 %/% length(curves))
  frame <- do.call(rbind, Map(steps_of, curves, labels, most))
  lost <- do.call(rbind, Map(function(curve, label) {
    at <- which(curve$fit$n.censor > 0)
    at <- at[even(length(at), most)]
    if (length(at) > 0) data.frame(time = curve$fit$time[at], survival = curve$fit$surv[at], group = label)
  }, curves, labels))
  x <- list(field = "time", type = "quantitative", title = brief(input$time_name, 60), scale = list(zero = TRUE,
    nice = FALSE), axis = list(tickCount = 7))
  y <- function(field) list(field = field, type = "quantitative", title = "Share without the event", scale = list(
    domain = I(c(0, 1))), axis = list(format = "%"))
  colour <- list(field = "group", type = "nominal", title = if (grouped) brief(input$group_name, 40) else NULL,
    scale = list(domain = I(labels), range = I(palette[seq_along(labels)])), legend = if (grouped) list(orient = "bottom",
      columns = 4, labelLimit = 140))
  layer <- function(frame, mark, ...) list(data = list(values = rows_of(frame)), mark = mark, encoding = list(x = x, ...,
    color = colour))
  bands <- length(curves) <= 6 # more of them hide each other
  medians <- paste(vapply(head(curves, 6), function(curve) paste0(if (grouped) paste0(quoted(curve$label), " "),
    fmt(curve$median)), ""), collapse = ", ")
  list(name = "survival", title = "Survival curves", alt = paste0("Kaplan-Meier curve",
      if (grouped) paste0("s of ", length(curves), " groups"), ": share of rows without the event against ",
      quoted(input$time_name), ", stepping down from 100 % at time 0. Median: ", medians, "."),
    spec = list(`$schema` = "https://vega.github.io/schema/vega-lite/v6.json", title = list(text = "Survival curves",
        subtitle = paste0(if (bands) paste0("bands: ", percent(options$conf_level), " intervals; "), "ticks: censored rows"),
        anchor = "start"), width = 550, height = 340, layer = c(
      if (bands) list(layer(frame, list(type = "area", interpolate = "step-after", opacity = 0.18), y = y("low"),
        y2 = list(field = "high"))),
      list(layer(frame, list(type = "line", interpolate = "step-after", strokeWidth = 2), y = y("survival"))),
      if (!is.null(lost)) list(layer(lost, list(type = "tick", thickness = 1, size = 9, orient = "vertical"),
        y = y("survival"))))))
}

hazard_figure <- function(compared, options) {
  known <- Filter(function(r) is.finite(r$ci_low) && is.finite(r$ci_high) && r$ci_low > 1e-12 && r$ci_high < 1e12,
    compared$ratios)
  if (length(known) == 0) return(NULL)
  frame <- data.frame(group = make.unique(vapply(known, function(r) brief(r$group, 40), "")),
    ratio = vapply(known, `[[`, 0, "hazard_ratio"), low = vapply(known, `[[`, 0, "ci_low"),
    high = vapply(known, `[[`, 0, "ci_high"))
  title <- paste0("Hazard ratio to ", quoted(known[[1]]$reference))
  x <- function(field) list(field = field, type = "quantitative", title = "Hazard ratio", axis = list(tickCount = 7),
    scale = list(type = "log", nice = TRUE, padding = 12))
  y <- list(field = "group", type = "nominal", sort = NULL, title = NULL, axis = list(labelLimit = 170))
  layer <- function(rows, mark, ...) list(data = list(values = rows), mark = mark, encoding = list(...))
  list(name = "hazard-ratios", title = brief(title, 150), alt = paste0("Hazard ratio of ", nrow(frame), if (nrow(frame) == 1)
      " group" else " groups", " to ", quoted(known[[1]]$reference), " with ", percent(options$conf_level),
      " intervals. An interval across 1 means no clear difference."),
    spec = list(`$schema` = "https://vega.github.io/schema/vega-lite/v6.json", title = list(text = brief(title, 100),
        subtitle = paste0("with ", percent(options$conf_level), " intervals"), anchor = "start"), width = 430,
      height = max(70, 34 * nrow(frame) + 30), layer = list(
        layer(list(list(none = 1)), list(type = "rule", color = grey, strokeDash = I(c(4, 4))), x = x("none")),
        layer(rows_of(frame), list(type = "rule", color = palette[1], strokeWidth = 2), y = y, x = x("low"),
          x2 = list(field = "high")),
        layer(rows_of(frame), list(type = "point", filled = TRUE, size = 80, color = palette[1], opacity = 1), y = y,
          x = x("ratio")))))
}
