namespace TfLbfgs.Keras;

/// <summary>A loss and what it is made of.</summary>
/// <param name="Data">The loss of predictions against targets.</param>
/// <param name="Regularization">The penalties of the model; 0 when it has none.</param>
public sealed record LossParts(double Data, double Regularization)
{
    /// <summary>Data loss plus regularization: what is minimized.</summary>
    public double Total => Data + Regularization;
}
