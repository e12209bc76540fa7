run <- function(data, params, context) {
  context$progress(0.5, "half way", "fit")
  context$warn("CARE", "take care")
  print("to the log")
  list(values = list(answer = 1), summary = "said", method = list(text = "t", reference = "conformance"))
}
