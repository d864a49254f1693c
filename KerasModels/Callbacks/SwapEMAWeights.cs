using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Callbacks;

/// <summary>
/// Measures and predicts with the moving averages of the variables that the optimizer keeps (<see cref="Optimizer.UseEma"/>), while
/// training
/// goes on with the variables themselves. Python: <c>keras.callbacks.SwapEMAWeights</c>.
/// </summary>
public sealed class SwapEMAWeights : Callback
{
    private bool _areAveragesInModel;

    /// <summary>
    /// Whether the averages stand in the model from the end of an epoch to the beginning of the next one, for callbacks behind this one
    /// that
    /// save the model. Default false. Python: <c>swap_on_epoch</c>.
    /// </summary>
    public bool SwapOnEpoch { get; init; }

    /// <inheritdoc/>
    public override void OnTrainBegin() => _areAveragesInModel = false;

    /// <inheritdoc/>
    public override void OnEpochBegin(int epoch)
    {
        if (SwapOnEpoch)
            Swap(false);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(int epoch, TrainingLogs logs)
    {
        if (!SwapOnEpoch)
            return;
        Swap(true);
        // At its end the run gives the model the averages: these are there already.
        if (epoch == Parameters.Epochs - 1)
        {
            foreach ((Variable variable, Variable average) in Averages())
            {
                using Tensor value = variable.Value;
                average.Assign(value);
            }
        }
    }

    /// <inheritdoc/>
    public override void OnTestBegin() => Swap(true);

    /// <inheritdoc/>
    public override void OnTestEnd(TrainingLogs logs) => Swap(false);

    /// <inheritdoc/>
    public override void OnPredictBegin() => Swap(true);

    /// <inheritdoc/>
    public override void OnPredictEnd() => Swap(false);

    private void Swap(bool toAverages)
    {
        if (_areAveragesInModel == toAverages)
            return;
        foreach ((Variable variable, Variable average) in Averages())
        {
            using Tensor value = variable.Value, other = average.Value;
            variable.Assign(other);
            average.Assign(value);
        }

        _areAveragesInModel = toAverages;
    }

    private IReadOnlyList<(Variable Variable, Variable Average)> Averages()
    {
        Optimizer? optimizer = Model.Optimizer is LossScaleOptimizer scaled ? scaled.Inner : Model.Optimizer;
        // The L-BFGS part of a sequence begins with the averages, and keeps none.
        if (optimizer is null && Model.RequireMethod().HasSteps)
            return [];
        return optimizer is { UseEma: true } ? optimizer.Averages : throw new TfLbfgsException(
            $"SwapEMAWeights: expected a model whose optimizer has UseEma, received {optimizer?.Name ?? "no optimizer"}.");
    }
}
