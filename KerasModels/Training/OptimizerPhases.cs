using TfLbfgs.Keras.Optimizers;

namespace TfLbfgs.Keras;

/// <summary>Makes parts of an <see cref="OptimizerSequence"/>.</summary>
public static class OptimizerPhases
{
    /// <summary>States when the next method follows: by the first rule that holds.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="epochs">After how many epochs; null: by the other rules.</param>
    /// <param name="plateau">After how many epochs without a smaller value of the log; null: by the other rules.</param>
    /// <param name="target">At which value of the log; null: by the other rules.</param>
    /// <param name="monitor">The log that is watched; default <c>loss</c>.</param>
    /// <param name="minimumChange">By how much a value must be smaller to count; default 0.</param>
    /// <returns>The part.</returns>
    /// <exception cref="TfLbfgsException">No rule is given, or a number is below 1.</exception>
    public static OptimizerPhase For(
        this Optimizer optimizer, int? epochs = null, int? plateau = null, double? target = null, string monitor = "loss",
            double minimumChange = 0) =>
        For(TrainingMethod.FromOptimizer(optimizer), epochs, plateau, target, monitor, minimumChange);

    /// <summary>States when the next method follows: by the first rule that holds.</summary>
    /// <param name="method">The optimizer.</param>
    /// <param name="epochs">After how many epochs; null: by the other rules.</param>
    /// <param name="plateau">After how many epochs without a smaller value of the log; null: by the other rules.</param>
    /// <param name="target">At which value of the log; null: by the other rules.</param>
    /// <param name="monitor">The log that is watched; default <c>loss</c>.</param>
    /// <param name="minimumChange">By how much a value must be smaller to count; default 0.</param>
    /// <returns>The part.</returns>
    /// <exception cref="TfLbfgsException">No rule is given, or a number is below 1.</exception>
    public static OptimizerPhase For(
        this TrainingMethod method, int? epochs = null, int? plateau = null, double? target = null, string monitor = "loss",
            double minimumChange = 0)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentException.ThrowIfNullOrEmpty(monitor);
        if ((epochs is null && plateau is null && target is null) || epochs < 1 || plateau < 1)
        {
            throw new TfLbfgsException(
                "For: expected a number of epochs of at least 1, a plateau of at least 1 epoch, or a target, received epochs = "
                    + $"{epochs}, plateau = {plateau}, target = {target}.");
        }

        return new OptimizerPhase(method, epochs, plateau, minimumChange, target, monitor);
    }
}
