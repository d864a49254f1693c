using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>The measures of a step, on the device until they are asked for.</summary>
internal sealed class StepResult(IReadOnlyList<string> names, Tensor values) : IDisposable
{
    /// <summary>The measures by name.</summary>
    public TrainingLogs Logs { get; } = new(names, values);

    public void Dispose()
    {
        Logs.Release();
        values.Dispose();
    }
}
