using TfLbfgs.Keras.Losses;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>
/// Makes the function that a minimizer wants of a model, a loss and data. Python: <c>function_factory</c> of the L-BFGS recipe.
/// </summary>
public static class FunctionFactory
{
    /// <summary>Makes the function; the model is built here when it was not.</summary>
    /// <param name="model">A model with one input and one output; borrowed.</param>
    /// <param name="loss">The loss, or its Keras name.</param>
    /// <param name="trainX">The inputs, [rows, ...], of the model's dtype; a reference is held.</param>
    /// <param name="trainY">The targets, [rows, ...]; a reference is held.</param>
    /// <param name="options">
    /// Null: defaults. What the recipe does to the letter is <c>new ObjectiveOptions { Route = FlattenRoute.Dynamic, UpdateByAssignment =
    /// true }</c>, with the same values.
    /// </param>
    /// <returns>The function, with the members of the recipe's; dispose it after the last call.</returns>
    /// <exception cref="TfLbfgsException">Model, loss and data do not fit.</exception>
    public static ModelFunction Create(Model model, Loss loss, Tensor trainX, Tensor trainY, ObjectiveOptions? options = null) =>
        new(model, loss, trainX, trainY, options ?? new ObjectiveOptions());

    /// <summary>Makes the function of a loss that is C# code.</summary>
    /// <param name="model">A model with one input and one output; borrowed.</param>
    /// <param name="loss">From targets and predictions to a scalar, or to one value per sample, whose mean is taken.</param>
    /// <param name="trainX">The inputs, [rows, ...], of the model's dtype; kept alive by the function.</param>
    /// <param name="trainY">The targets, [rows, ...]; kept alive likewise.</param>
    /// <param name="options">Null: defaults.</param>
    /// <returns>The function; dispose it after the last call.</returns>
    /// <exception cref="TfLbfgsException">Model, loss and data do not fit.</exception>
    public static ModelFunction Create(Model model, Func<Tensor, Tensor, Tensor> loss, Tensor trainX, Tensor trainY,
        ObjectiveOptions? options = null) =>
        Create(model, Loss.FromFunction(loss), trainX, trainY, options);
}
