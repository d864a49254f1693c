namespace TfLbfgs.Cli.Data;

/// <summary>The errors of a column of predictions, on the scale of the targets.</summary>
/// <param name="MeanSquared">The mean squared error.</param>
/// <param name="MeanAbsolute">The mean absolute error.</param>
/// <param name="Largest">The largest absolute error.</param>
/// <param name="Determination">R², the share of the variance that the predictions explain; NaN for constant targets.</param>
internal readonly record struct ColumnErrors(double MeanSquared, double MeanAbsolute, double Largest, double Determination);
