namespace TfLbfgs.RawOpsGenerator;

/// <summary>The op list and the overrides do not fit together. The message says where and what to change.</summary>
internal sealed class GeneratorException(string message) : TfLbfgsException(message);
