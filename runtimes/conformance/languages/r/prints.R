run <- function(data, params, context) {
  cat("{\"t\":\"result\",\"bytes\":2}\n{}{\"t\":\"done\"}\n")
  for (i in 1:1000) cat(strrep("x", 10000), "\n")
  message("{\"t\":\"error\",\"class\":\"data\",\"code\":\"NO\",\"message\":\"no\"}")
  list(values = list(answer = 1), summary = "printed", method = list(text = "t", reference = "conformance"))
}
