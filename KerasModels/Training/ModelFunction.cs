using TfLbfgs.Keras.Losses;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>
/// The function that <see cref="FunctionFactory"/> returns: from a parameter vector to the loss of a model and its gradient (<see
/// cref="VariableObjective.Invoke"/>), with the members that the recipe's function carries. Give it to <see cref="Lbfgs"/> as it is.
/// Python: what <c>function_factory</c> returns.
/// </summary>
public sealed class ModelFunction : ModelObjective
{
    internal ModelFunction(Model model, Loss loss, Tensor x, Tensor y, ObjectiveOptions options) : base(model, loss, x, y, options)
    {
    }

    /// <summary>
    /// Receives the number of every evaluation, from 1, and its loss. Null (default): not called. Python: <c>tf.print("Iter:", func.iter,
    /// "loss:", loss_value)</c>.
    /// </summary>
    public Action<int, double>? Evaluated { get; set; }

    /// <inheritdoc/>
    protected override void OnEvaluated(double loss)
    {
        base.OnEvaluated(loss);
        Evaluated?.Invoke(Evaluations, loss);
    }
}
