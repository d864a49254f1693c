using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>The data of one step.</summary>
/// <param name="data">The tensors.</param>
/// <param name="indices">Which rows of them; null: all.</param>
/// <param name="owned">What is freed with it.</param>
internal sealed class StepInput(ObjectiveData data, Tensor? indices, IDisposable? owned) : IDisposable
{
    public IReadOnlyList<Tensor> Inputs => data.Inputs;

    public StepResult Run(StepFunctions steps) =>
        indices is not null ? steps.RunRows(data, indices) : steps.RunBatch(new TrainingBatch(data.Inputs, data.Targets, data.Weights));

    /// <summary>Traces the step that <see cref="Run"/> runs, where it takes rows.</summary>
    public void Prepare(StepFunctions steps)
    {
        if (indices is not null)
            steps.PrepareRows(data, indices);
    }

    public void Dispose()
    {
        indices?.Dispose();
        owned?.Dispose();
    }
}
