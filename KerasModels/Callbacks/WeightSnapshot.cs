using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Callbacks;

/// <summary>
/// The weights of a model at one time, and the variables that are trained with it, on the device. Taken when it is made.
/// </summary>
internal sealed class WeightSnapshot : IDisposable
{
    private readonly Model _model;
    private readonly List<(Variable Variable, Tensor Value)> _values = [];

    public WeightSnapshot(Model model)
    {
        _model = model;
        Take();
    }

    /// <summary>Takes the weights as they are now.</summary>
    public void Take()
    {
        Dispose();
        using TensorScope scope = new();
        foreach (Variable variable in _model.Variables.Union(_model.TrainedVariables()))
            _values.Add((variable, variable.Value.Alias()));
    }

    /// <summary>Gives the model the weights.</summary>
    public void Restore()
    {
        foreach ((Variable variable, Tensor value) in _values)
            variable.Assign(value);
    }

    public void Dispose()
    {
        foreach ((_, Tensor value) in _values)
            value.Dispose();
        _values.Clear();
    }
}
