using TfLbfgs.Keras.Optimizers;

namespace TfLbfgs.Keras;

/// <summary>Steps of an optimizer.</summary>
internal sealed class StepMethod(Optimizer optimizer) : TrainingMethod
{
    public override string Name => optimizer.Name;

    internal override Optimizer? Current => optimizer;

    internal override void Run(TrainingRun run, Action<TrainingLogs> ended, Func<bool> goesOn)
    {
        new StepTraining(run, optimizer).Run(ended, goesOn);
        optimizer.FinalizeVariables();
    }

    private protected override void Dispose(bool disposing) => optimizer.Dispose();
}
