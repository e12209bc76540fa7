# Figures: Vega-Lite with inline rows; field names are ours, names of columns appear as titles only.

blue <- "#0072B2"; vermilion <- "#D55E00"; grey <- "#666666"
rows_of <- function(frame) lapply(seq_len(nrow(frame)), function(i) as.list(frame[i, , drop = FALSE]))

figure_base <- function(title, subtitle, height, layer, width = 550) list(
  `$schema` = "https://vega.github.io/schema/vega-lite/v6.json",
  title = list(text = title, subtitle = subtitle, anchor = "start"),
  width = width, height = height, layer = layer)

# At most `most` rows, the same ones every time: the largest residuals, and the others evenly along the x axis.
thin <- function(x, size, most = 2000) {
  n <- length(x)
  if (n <= most) return(seq_len(n))
  far <- order(-abs(size), seq_len(n))[seq_len(most %/% 10)]
  along <- setdiff(order(x, seq_len(n)), far)
  sort(c(far, along[unique(round(seq(1, length(along), length.out = most - length(far))))]))
}

axis <- function(field, title, ...) list(field = field, type = "quantitative", title = title,
  scale = list(zero = FALSE, nice = TRUE, padding = 12), axis = list(tickCount = 7), ...)
zero_rule <- function(channel, title) list(data = list(values = list(list(zero = 0))),
  mark = list(type = "rule", color = grey, strokeDash = I(c(4, 4))),
    encoding = stats::setNames(list(axis("zero", title)), channel))
shown_of <- function(kept, n) if (length(kept) < n) paste0(format(length(kept), big.mark = ","), " of ",
  format(n, big.mark = ","), " rows shown") else paste0(format(n, big.mark = ","), " rows")

residual_figure <- function(fit, input, influence) {
  kept <- thin(fit$fitted, influence$internal)
  points <- data.frame(row = input$rows, fitted = fit$fitted, residual = input$y - fit$fitted)[kept, ]
  line <- lowess(points$fitted, points$residual)
  at <- unique(round(seq(1, length(line$x), length.out = min(100, length(line$x)))))
  list(name = "residuals", title = "Residuals against fitted values",
    alt = paste0("Scatter plot of the residuals against the fitted values of ", quoted(input$response),
      ", with a smooth line. A line away from zero hints at a wrong form of the model, a funnel at unequal variance."),
    spec = figure_base("Residuals against fitted values",
      paste0(shown_of(kept, length(fit$fitted)), "; the line is a lowess smooth"), 320, list(
      list(data = list(values = rows_of(points)), mark = list(type = "point", filled = TRUE, opacity = 0.6,
        size = 36, color = blue),
        encoding = list(x = axis("fitted", paste0("Fitted ", brief(input$response, 40))),
          y = axis("residual", "Residual"),
          tooltip = list(list(field = "row", type = "quantitative", title = "Row"),
            list(field = "fitted", type = "quantitative", title = "Fitted"),
            list(field = "residual", type = "quantitative", title = "Residual")))),
      zero_rule("y", "Residual"),
      list(data = list(values = rows_of(data.frame(fitted = line$x[at], smooth = line$y[at]))),
        mark = list(type = "line", color = vermilion, strokeWidth = 2),
        encoding = list(x = axis("fitted", paste0("Fitted ", brief(input$response, 40))),
          y = axis("smooth", "Residual"))))))
}

normal_figure <- function(influence) {
  r <- sort(influence$internal[!is.na(influence$internal)])
  kept <- thin(r, r)
  q <- qnorm(ppoints(length(r)))
  points <- data.frame(theoretical = q[kept], residual = r[kept])
  ends <- range(q)
  list(name = "normal-plot", title = "Normal plot of the residuals",
    alt = "Standardised residuals against the quantiles of a normal distribution. Points along the line mean normal residuals.",
    spec = figure_base("Normal plot of the residuals",
      paste0(shown_of(kept, length(r)), "; points on the line mean a normal distribution"), 320, list(
      list(data = list(values = rows_of(data.frame(theoretical = ends, residual = ends))),
        mark = list(type = "line", color = grey, strokeDash = I(c(4, 4))),
        encoding = list(x = axis("theoretical", "Normal quantile"), y = axis("residual", "Standardised residual"))),
      list(data = list(values = rows_of(points)), mark = list(type = "point", filled = TRUE, opacity = 0.6,
        size = 36, color = blue),
        encoding = list(x = axis("theoretical", "Normal quantile"), y = axis("residual", "Standardised residual"))))))
}

coefficient_figure <- function(fit, inference, conf_level, response, most = 40) {
  j <- which(inference$slope & is.finite(inference$unit) & is.finite(inference$se))
  if (length(j) == 0) return(NULL)
  if (length(j) > most) j <- sort(j[order(-abs(inference$t[j]))[seq_len(most)]])
  frame <- data.frame(term = make.unique(vapply(fit$labels[j], brief, "", most = 40)),
    estimate = inference$standardised[j],
    low = (inference$low * inference$unit)[j], high = (inference$high * inference$unit)[j])
  term <- list(field = "term", type = "nominal", sort = NULL, title = NULL, axis = list(labelLimit = 170))
  x <- paste0("Change of ", brief(response, 30), ", in its standard deviations")
  level <- paste0(percent(conf_level), " intervals")
  list(name = "coefficients", title = "Standardised coefficients",
    alt = paste0("Standardised coefficient of every term with its ", level,
      ". An interval across zero means no clear effect."),
    spec = figure_base("Standardised coefficients",
      paste0("with ", level, "; per standard deviation of a numeric term, per level against the reference"),
      max(120, 28 * length(j) + 60), list(zero_rule("x", x),
      list(data = list(values = rows_of(frame)), mark = list(type = "rule", color = blue, strokeWidth = 2),
        encoding = list(y = term, x = axis("low", x), x2 = list(field = "high"))),
      list(data = list(values = rows_of(frame)), mark = list(type = "point", filled = TRUE, size = 80,
        color = blue, opacity = 1),
        encoding = list(y = term, x = axis("estimate", x)))), width = 430))
}
