# Figures: Vega-Lite with inline rows; field names are ours, names of columns appear as titles only.

blue <- "#0072B2"; vermilion <- "#D55E00"; grey <- "#666666"
rows_of <- function(frame) lapply(seq_len(nrow(frame)), function(i) as.list(frame[i, , drop = FALSE]))

figure_base <- function(title, subtitle, height, layer, width = 550) list(
  `$schema` = "https://vega.github.io/schema/vega-lite/v6.json",
  title = list(text = title, subtitle = subtitle, anchor = "start"),
  width = width, height = height, layer = layer)

axis <- function(field, title, ...) list(field = field, type = "quantitative", title = title,
  scale = list(zero = FALSE, nice = TRUE, padding = 12), axis = list(tickCount = 7), ...)
shown_of <- function(kept, n) if (length(kept) < n) paste0(format(length(kept), big.mark = ","), " of ",
  format(n, big.mark = ","), " rows shown") else paste0(format(n, big.mark = ","), " rows")

# At most `most` rows, the same ones every time: the largest residuals, and the others evenly along the x axis.
thin <- function(x, size, most = 2000) {
  n <- length(x)
  if (n <= most) return(seq_len(n))
  far <- order(-abs(size), seq_len(n))[seq_len(most %/% 10)]
  along <- setdiff(order(x, seq_len(n)), far)
  sort(c(far, along[unique(round(seq(1, length(along), length.out = most - length(far))))]))
}

# Effects of one standard deviation of a numeric term, or of a level; as ratios on a logarithmic axis where the link has them.
coefficient_figure <- function(fit, input, inference, options, most = 40) {
  j <- which(inference$slope & is.finite(inference$low) & is.finite(inference$high))
  if (length(j) > most) j <- sort(j[order(-abs(inference$statistic[j]))[seq_len(most)]])
  unit <- ifelse(fit$level, 1, apply(fit$W, 2, stats::sd) * fit$scale)
  shape <- if (inference$ratio) exp else identity
  frame <- data.frame(term = make.unique(vapply(fit$labels[j], brief, "", most = 40)),
    estimate = shape((inference$estimate * unit)[j]), low = shape((inference$low * unit)[j]),
    high = shape((inference$high * unit)[j]))
  # A logarithmic axis shows no more than this; beyond, the interval tells nothing.
  frame <- frame[!inference$ratio | (frame$low > 1e-12 & frame$high < 1e12), ]
  if (nrow(frame) == 0) return(NULL)
  name <- if (inference$ratio) ratio_name(fit) else paste("change of the", fit$link, "of the mean")
  title <- paste0(toupper(substr(name, 1, 1)), substring(name, 2))
  term <- list(field = "term", type = "nominal", sort = NULL, title = NULL, axis = list(labelLimit = 170))
  x <- function(field) list(field = field, type = "quantitative", title = title, axis = list(tickCount = 7),
    scale = if (inference$ratio) list(type = "log", nice = TRUE, padding = 12) else
      list(zero = FALSE, nice = TRUE, padding = 12))
  level <- paste0(percent(options$conf_level), if (options$interval == "profile") " profile" else " Wald", " intervals")
  none <- if (inference$ratio) 1 else 0
  layer <- function(rows, mark, ...) list(data = list(values = rows), mark = mark, encoding = list(...))
  list(name = "coefficients", title = paste(title, "of the terms"), alt = paste0(title, " of ", nrow(frame),
      " terms with ", level, ", for one standard deviation of a numeric term or for the level. An interval across ",
      none, " means no clear effect."),
    spec = figure_base(paste(title, "of the terms"), paste0("with ", level,
      "; per standard deviation of a numeric term, per level against the reference"), max(120, 28 * nrow(frame) + 60),
      list(layer(list(list(none = none)), list(type = "rule", color = grey, strokeDash = I(c(4, 4))), x = x("none")),
      layer(rows_of(frame), list(type = "rule", color = blue, strokeWidth = 2), y = term, x = x("low"),
        x2 = list(field = "high")),
      layer(rows_of(frame), list(type = "point", filled = TRUE, size = 80, color = blue, opacity = 1), y = term,
        x = x("estimate"))), width = 430))
}

roc_figure <- function(fit, input, d, most = 500) {
  if (is.null(d$auc)) return(NULL)
  at <- order(-fit$mu)
  last <- !duplicated(fit$mu[at], fromLast = TRUE) # rows with the same probability are passed together
  curve <- data.frame(false = c(0, (cumsum(input$y[at] == 0) / sum(input$y == 0))[last]),
    true = c(0, (cumsum(input$y[at] == 1) / sum(input$y == 1))[last]))
  curve <- curve[unique(round(seq(1, nrow(curve), length.out = min(nrow(curve), most)))), ]
  curve$order <- seq_len(nrow(curve))
  layer <- function(frame, mark) list(data = list(values = rows_of(frame)), mark = mark, encoding = list(
    x = axis("false", "False positive rate"), y = axis("true", "True positive rate"),
    order = list(field = "order", type = "quantitative")))
  list(name = "roc", title = "ROC curve", alt = paste0("ROC curve: true positive rate against false positive rate for every ",
      "threshold of the fitted probability; the area under it is ", fmt(d$auc$estimate, 3), ". The diagonal is guessing."),
    spec = figure_base("ROC curve", paste0("area ", fmt(d$auc$estimate, 3), ", in the rows of the fit; dashed: guessing"),
      320, list(
      layer(data.frame(false = c(0, 1), true = c(0, 1), order = 1:2), list(type = "line", color = grey,
        strokeDash = I(c(4, 4)))),
      layer(curve, list(type = "line", color = blue, strokeWidth = 2))), width = 320))
}

# Deviance residuals against the linear predictor; of single yes and no answers they show two lines and no more.
residual_figure <- function(fit, input, d) {
  if (is.null(d$influence) || !is.null(input$event)) return(NULL)
  usable <- which(is.finite(d$influence$residual))
  if (length(usable) < 3) return(NULL)
  kept <- usable[thin(fit$eta[usable], d$influence$residual[usable])]
  points <- data.frame(row = input$rows[kept], eta = fit$eta[kept], residual = d$influence$residual[kept])
  title <- "Deviance residuals against the linear predictor"
  x <- axis("eta", paste0("Linear predictor (", fit$link, " of the mean)"))
  y <- axis("residual", "Standardised deviance residual")
  list(name = "residuals", title = title, alt = paste0("Scatter plot of standardised deviance residuals of ",
      quoted(input$response), " against the linear predictor. A bend hints at a wrong form of the model; many points beyond 2 ",
      "and -2 at too much spread."),
    spec = figure_base(title, shown_of(kept, length(fit$eta)), 320, list(
      list(data = list(values = list(list(zero = 0))), mark = list(type = "rule", color = grey, strokeDash = I(c(4, 4))),
        encoding = list(y = axis("zero", "Standardised deviance residual"))),
      list(data = list(values = rows_of(points)), mark = list(type = "point", filled = TRUE, opacity = 0.6, size = 36,
        color = blue), encoding = list(x = x, y = y, tooltip = list(list(field = "row", type = "quantitative",
          title = "Row")))))))
}
