run <- function(data, params, context) list(
  values = list(answer = c(NaN, Inf, -Inf, 1), deep = list("a/b~c" = NaN)),
  summary = "unsayable", method = list(text = "t", reference = "conformance"))
