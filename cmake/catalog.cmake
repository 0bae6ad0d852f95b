# catalogc, the host tool, turns catalog/ into const C tables in the build folder (gen/catalog/).
