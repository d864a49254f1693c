using TfLbfgs.Benchmarks.Overhead;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Networks;

/// <summary>Listens to the native calls of the steps of <c>Fit</c>, and keeps the first call of a function, to be repeated bare.</summary>
internal sealed class StepRecorder : IOperationListener, IDisposable
{
    private readonly DispatchFrame _frame = DispatchFrame.Current;
    private string _name = "";
    private Tensor[] _inputs = [];
    private int _outputs;

    /// <summary>Listens on the calling thread from now on.</summary>
    public StepRecorder() => _frame.Listeners.Add(this);

    int IOperationListener.Orders => 0;

    /// <summary>
    /// The call of a step without anything of ours around it, owned by the caller: the rows, its last argument before the variables, are
    /// sent anew.
    /// </summary>
    /// <param name="rows">The position of the rows among its inputs.</param>
    /// <exception cref="InvalidOperationException">No function was called.</exception>
    public BareCall ToBare(int rows) =>
        _inputs.Length > rows
            ? new BareCall(_name, _inputs, _outputs, null, [rows])
            : throw new InvalidOperationException("No step was recorded.");

    public void Dispose()
    {
        _frame.Listeners.Remove(this);
        foreach (Tensor input in _inputs)
            input.Dispose();
    }

    bool IOperationListener.Tracks(Tensor tensor) => false;

    void IOperationListener.Executed(Operation operation, Tensor[] outputs)
    {
        if (!operation.IsFunctionCall || _inputs.Length > 0)
            return;
        (_name, _outputs) = (operation.Name, outputs.Length);
        _inputs = [.. operation.Inputs.Select(input => input.Alias())];
    }

    void IOperationListener.VariableAccessed(Tensor handle)
    {
    }
}
