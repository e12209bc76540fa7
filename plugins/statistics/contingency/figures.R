# Figures: Vega-Lite with inline rows; field names are ours, names of columns appear as titles only.

palette <- c("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#000000", "#999999", "#882255")
rows_of <- function(frame) lapply(seq_len(nrow(frame)), function(i) as.list(frame[i, , drop = FALSE]))
shown <- function(labels) make.unique(vapply(labels, brief, "", most = 30))
spec_of <- function(title, subtitle, width, height, layer) list(
  `$schema` = "https://vega.github.io/schema/vega-lite/v6.json",
  title = list(text = title, subtitle = subtitle, anchor = "start"), width = width, height = height, layer = layer)

# Shares of the columns within each row, as one bar a row.
shares_figure <- function(counts, input, options) {
  rows <- shown(input$rows)
  columns <- shown(input$columns)
  there <- rowSums(counts) > 0
  counts <- counts[there, , drop = FALSE]
  rows <- rows[there]
  share <- counts / rowSums(counts)
  high <- t(apply(share, 1, cumsum))
  frame <- data.frame(row = rep(rows, length(columns)), column = rep(columns, each = length(rows)),
    low = as.vector(high - share), high = as.vector(high), count = as.vector(counts))
  y <- list(field = "row", type = "nominal", sort = I(rows), title = brief(input$row, 30), axis = list(labelLimit = 150))
  x <- list(field = "low", type = "quantitative", title = "Share within the row", axis = list(format = "%"),
    scale = list(domain = I(c(0, 1))))
  color <- list(field = "column", type = "nominal", sort = I(columns), title = brief(input$column, 30),
    scale = list(domain = I(columns), range = I(rep_len(palette, length(columns)))))
  wide <- frame[frame$high - frame$low > 0.06, ]
  wide$middle <- (wide$low + wide$high) / 2
  wide$label <- paste0(round(100 * (wide$high - wide$low)), " %")
  list(name = "shares", title = paste("Shares of", brief(input$column, 40), "by", brief(input$row, 40)),
    alt = paste0("For each level of ", quoted(input$row), ", the shares of the levels of ", quoted(input$column), ": ",
      brief(paste(vapply(seq_along(rows), function(i) paste0(rows[i], ": ", paste(columns, percent_of(share[i, ]),
        collapse = ", ")), ""), collapse = "; "), 400), "."),
    spec = spec_of("Shares within each row", paste0("of ", fmt(input$n), " cases",
      if (options$test == "cmh") paste0("; all levels of ", brief(input$strata, 30), " taken together")), 430, max(90, 42 * length(rows)), list(
      list(data = list(values = rows_of(frame)), mark = list(type = "bar"),
        encoding = list(y = y, x = x, x2 = list(field = "high"), color = color)),
      list(data = list(values = rows_of(wide)), mark = list(type = "text", color = "white", fontWeight = "bold"),
        encoding = list(y = y, x = list(field = "middle", type = "quantitative"), text = list(field = "label", type = "nominal"))))))
}

percent_of <- function(x) paste0(round(100 * x), " %")

# Where more or fewer were seen than independence would give.
residual_figure <- function(std, counts, input) {
  rows <- shown(input$rows)
  columns <- shown(input$columns)
  r <- as.vector(std)
  frame <- data.frame(row = rep(rows, length(columns)), column = rep(columns, each = length(rows)),
    residual = ifelse(is.finite(r), r, 0), label = ifelse(is.finite(r), sprintf("%.1f", r), ""))
  most <- max(3, ceiling(max(abs(frame$residual))))
  dark <- abs(frame$residual) > 0.6 * most
  y <- list(field = "row", type = "nominal", sort = I(rows), title = brief(input$row, 30), axis = list(labelLimit = 150))
  x <- list(field = "column", type = "nominal", sort = I(columns), title = brief(input$column, 40),
    axis = list(labelAngle = 0, labelLimit = 110))
  text <- function(frame, color) list(data = list(values = rows_of(frame)), mark = list(type = "text", color = color),
    encoding = list(y = y, x = x, text = list(field = "label", type = "nominal")))
  layer <- list(list(data = list(values = rows_of(frame)), mark = list(type = "rect"), encoding = list(y = y, x = x,
    color = list(field = "residual", type = "quantitative", title = "Residual",
      scale = list(domain = I(c(-most, 0, most)), range = I(c("#B2182B", "#F7F7F7", "#2166AC")))))))
  if (any(!dark)) layer <- c(layer, list(text(frame[!dark, ], "black")))
  if (any(dark)) layer <- c(layer, list(text(frame[dark, ], "white")))
  strongest <- which.max(abs(frame$residual))
  list(name = "residuals", title = "Standardised residuals", alt = paste0("Standardised residual of every cell; above 2 or ",
    "below -2 a cell departs from independence. The largest is ", frame$label[strongest], ", at ", quoted(frame$row[strongest]),
    " and ", quoted(frame$column[strongest]), "."), spec = spec_of("Standardised residuals",
    "blue: more cases than expected, red: fewer; beyond 2 either way is noteworthy", max(160, 74 * length(columns)),
    max(90, 42 * length(rows)), layer))
}

# The odds ratio of each stratum, and the common one.
strata_figure <- function(strata, cmh, input, level) {
  labels <- make.unique(vapply(strata, function(s) brief(s$stratum, 30), ""))
  frame <- data.frame(stratum = c(labels, "common"), odds = c(vapply(strata, `[[`, 0, "odds_ratio"), cmh$common_odds_ratio),
    low = c(vapply(strata, `[[`, 0, "ci_low"), cmh$ci_low), high = c(vapply(strata, `[[`, 0, "ci_high"), cmh$ci_high),
    kind = c(rep("stratum", length(labels)), "common"))
  frame <- frame[is.finite(frame$low) & frame$low > 0 & is.finite(frame$high), ]
  if (nrow(frame) == 0) return(NULL)
  y <- list(field = "stratum", type = "nominal", sort = I(frame$stratum), title = brief(input$strata, 30), axis = list(labelLimit = 150))
  x <- function(field) list(field = field, type = "quantitative", title = "Odds ratio", scale = list(type = "log"))
  color <- list(field = "kind", type = "nominal", legend = NULL, scale = list(domain = I(c("stratum", "common")),
    range = I(c("#0072B2", "#D55E00"))))
  list(name = "strata", title = "Odds ratios of the strata", alt = paste0("Odds ratio of each level of ", quoted(input$strata),
    " with its ", percent(level), " interval, and the common one, ", fmt(cmh$common_odds_ratio, 3), "."),
    spec = spec_of("Odds ratios of the strata", paste0("with ", percent(level), " intervals; dashed: no association"), 430,
      max(90, 34 * nrow(frame)), list(
      list(data = list(values = list(list(one = 1))), mark = list(type = "rule", color = "#666666", strokeDash = I(c(4, 4))),
        encoding = list(x = x("one"))),
      list(data = list(values = rows_of(frame)), mark = list(type = "rule", strokeWidth = 2),
        encoding = list(y = y, x = x("low"), x2 = list(field = "high"), color = color)),
      list(data = list(values = rows_of(frame)), mark = list(type = "point", filled = TRUE, size = 90, opacity = 1),
        encoding = list(y = y, x = x("odds"), color = color)))))
}

figures_of <- function(input, flat, found, options) {
  shares <- shares_figure(flat, input, options)
  if (options$test == "mcnemar") return(list(shares))
  if (options$test != "cmh") return(list(shares, residual_figure(found$chi$std_residuals, flat, input)))
  strata <- if (length(found$strata) > 0) strata_figure(found$strata, found$cmh, input, options$conf_level)
  c(list(shares), if (!is.null(strata)) list(strata))
}
