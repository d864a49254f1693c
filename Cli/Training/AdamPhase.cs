using System.Globalization;
using TfLbfgs.Cli.Commands;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Callbacks;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Tensors;
using TrainingData = TfLbfgs.Cli.Data.TrainingData;

namespace TfLbfgs.Cli.Training;

/// <summary>Training by Adam in batches, which brings new weights near a minimum that L-BFGS then finds.</summary>
/// <param name="Epochs">How often all rows are taken.</param>
/// <param name="BatchSize">The rows of a step.</param>
/// <param name="LearningRate">The size of steps.</param>
/// <param name="Seed">Of the order of the rows.</param>
internal sealed record AdamPhase(int Epochs, int BatchSize, double LearningRate, int Seed)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    /// <summary>Trains; a signal ends it after the step, with the weights as they are then.</summary>
    /// <returns>The mean training loss of each epoch.</returns>
    public IReadOnlyList<double> Run(Model model, string loss, TrainingData data, Session session)
    {
        using Tensor x = data.Inputs.ToTensor(model.DType), y = data.Targets.ToTensor(model.DType);
        session.Report.Say(
            string.Create(CultureInfo.InvariantCulture,
            $"Adam, at most {Epochs} epochs of {((data.Rows - 1) / BatchSize) + 1} steps"));
        long last = 0;
        LambdaCallback callback = new()
        {
            TrainBatchEnd = (_, _) => model.StopTraining |= session.Interruption.IsRequested,
            EpochEnd = (epoch, logs) =>
            {
                if (epoch > 0 && epoch + 1 < Epochs && System.Diagnostics.Stopwatch.GetElapsedTime(last) < Silence)
                    return;
                last = System.Diagnostics.Stopwatch.GetTimestamp();
                session.Report.Say(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch + 1,6}  loss {logs["loss"]:0.00000e+00}"));
            },
        };
        model.Compile(new Adam(LearningRate), loss);
        History history =
            model.Fit(x, y,
            new FitOptions { Epochs = Epochs, BatchSize = BatchSize, Seed = Seed, Verbosity = Verbosity.Silent, Callbacks = [callback] });
        return history.Epochs.Count == 0 ? [] : history["loss"];
    }
}
