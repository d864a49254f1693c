using System.Text.Json.Serialization;

namespace TfLbfgs.Optimization;

/// <summary>How the header is written and read; generated, so that it works in trimmed and native programs.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(StateHeader))]
internal sealed partial class StateHeaderJson : JsonSerializerContext;
