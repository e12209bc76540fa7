# Figures: Vega-Lite with inline rows, counted here; field names are ours, names of columns appear as titles only.

blue <- "#0072B2"; vermilion <- "#D55E00"; grey <- "#666666"
rows_of <- function(frame) lapply(seq_len(nrow(frame)), function(i) as.list(frame[i, , drop = FALSE]))

# At most 40 columns: those with the most missing values, in the order of the data set.
shown_columns <- function(columns, most = 40) {
  gaps <- vapply(columns, `[[`, 0L, "missing")
  columns[sort(head(order(-gaps), most))]
}

label_column <- function(columns) make.unique(vapply(columns, function(column) brief(column$name, 30), ""))

missing_figure <- function(columns, rows) {
  shown <- shown_columns(columns)
  frame <- data.frame(column = label_column(shown), share = vapply(shown, `[[`, 0L, "missing") / rows)
  frame$label <- vapply(frame$share, percent, "")
  y <- list(field = "column", type = "nominal", sort = NULL, title = NULL, axis = list(labelLimit = 170))
  x <- list(field = "share", type = "quantitative", title = "Share of missing values", axis = list(format = "%", tickCount = 6),
    scale = list(domain = I(c(0, max(0.01, min(1, 1.15 * max(frame$share)))))))
  layer <- function(mark, ...) list(data = list(values = rows_of(frame)), mark = mark, encoding = list(y = y, x = x, ...))
  worst <- frame[which.max(frame$share), ]
  list(name = "missing", title = "Missing values by column", alt = paste0("Bar chart of the share of missing values in ",
      nrow(frame), " columns", if (worst$share > 0) paste0("; the most, ", worst$label, ", are missing in ",
      quoted(worst$column)) else "; nothing is missing", "."),
    spec = list(`$schema` = "https://vega.github.io/schema/vega-lite/v6.json",
      title = list(text = "Missing values by column", anchor = "start", subtitle = if (length(shown) < length(columns))
        paste(length(shown), "of", length(columns), "columns: those with the most") else paste(length(shown), "columns")),
      width = 430, height = max(70, 20 * nrow(frame) + 20), layer = list(
        layer(list(type = "bar", color = blue)),
        layer(list(type = "text", align = "left", dx = 4, color = grey), text = list(field = "label", type = "nominal")))))
}

# Where in the table values are missing: blocks of neighbouring rows by columns.
matrix_figure <- function(data, columns, most_blocks = 100) {
  shown <- Filter(function(column) column$missing > 0, shown_columns(columns))
  if (length(shown) == 0) return(NULL)
  n <- nrow(data)
  blocks <- min(n, most_blocks)
  block <- (seq_len(n) - 1) %/% ceiling(n / blocks) + 1
  size <- tabulate(block)
  start <- match(seq_along(size), block)
  labels <- label_column(shown)
  frame <- do.call(rbind, lapply(seq_along(shown), function(i) data.frame(column = labels[i], from = start,
    to = start + size, share = tabulate(block[is.na(data[[shown[[i]]$name]])], length(size)) / size)))
  list(name = "missing-matrix", title = "Where values are missing", alt = paste0("Matrix of ", length(shown),
      " columns by ", length(size), " blocks of rows in the order of the data; the darker, the more values of the block are missing."),
    spec = list(`$schema` = "https://vega.github.io/schema/vega-lite/v6.json",
      title = list(text = "Where values are missing", anchor = "start", subtitle = paste0("each cell: ",
        if (max(size) == 1) "one row" else paste(max(size), "neighbouring rows"), "; columns without gaps are left out")),
      width = 430, height = max(70, 20 * length(shown) + 20), data = list(values = rows_of(frame)),
      mark = list(type = "rect"), encoding = list(
        x = list(field = "from", type = "quantitative", title = "Row", scale = list(zero = FALSE, nice = FALSE)),
        x2 = list(field = "to"),
        y = list(field = "column", type = "nominal", sort = NULL, title = NULL, axis = list(labelLimit = 170)),
        color = list(field = "share", type = "quantitative", title = "Missing", legend = list(format = "%"),
          scale = list(domain = I(c(0, 1)), range = I(c("#EEF3F7", vermilion)), interpolate = "rgb")))))
}
