run <- function(data, params, context) list(
  values = list(answer = 1), summary = "shown", method = list(text = "t", reference = "conformance"),
  tables = list(list(name = "cells", title = "Cells", data = data.frame(a = c(1.5, NA), b = c("x", "y")))),
  figures = list(list(name = "plot", title = "Plot", alt = "A plot.", spec = list(
    data = list(values = list(list(x = 1, y = 2))), mark = "point",
    encoding = list(x = list(field = "x", type = "quantitative"), y = list(field = "y", type = "quantitative"))))))
