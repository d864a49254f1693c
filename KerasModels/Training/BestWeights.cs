using TfLbfgs.Keras.Callbacks;

namespace TfLbfgs.Keras;

/// <summary>
/// The weights of the epoch with the smallest validation loss, or loss where nothing is validated: what remains when a callback fails.
/// </summary>
internal sealed class BestWeights(Model model) : IDisposable
{
    private WeightSnapshot? _weights;
    private double _best = double.PositiveInfinity;

    /// <summary>Keeps the weights where the epoch is the best so far.</summary>
    public void Take(TrainingLogs logs)
    {
        if (!(logs.TryGetValue("val_loss", out double loss) || logs.TryGetValue("loss", out loss)) || !(loss < _best))
            return;
        _best = loss;
        if (_weights is null)
            _weights = new WeightSnapshot(model);
        else
            _weights.Take();
    }

    /// <summary>Gives the model the weights of the best epoch; before the first one nothing happens.</summary>
    public void Restore() => _weights?.Restore();

    public void Dispose() => _weights?.Dispose();
}
