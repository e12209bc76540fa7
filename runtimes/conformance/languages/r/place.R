run <- function(data, params, context) list(
  values = list(time = format(as.POSIXct(0), "%Y-%m-%dT%H:%M:%S"), number = format(1234.5),
    sorted = sort(c("b", "A", "a", "\u00e4", "B"))),
  summary = "here", method = list(text = "t", reference = "conformance"))
