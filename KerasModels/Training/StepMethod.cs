using TfLbfgs.Keras.Optimizers;

namespace TfLbfgs.Keras;

/// <summary>Steps of an optimizer.</summary>
internal sealed class StepMethod(Optimizer optimizer) : TrainingMethod
{
    public override string Name => optimizer.Name;

    internal override Optimizer? Current => optimizer;

    internal override bool HasSteps => true;

    internal override void Prepare(TrainingRun run)
    {
        using StepSource source = run.NewSource();
        using StepInput? sample = source.Sample();
        if (sample is null)
            return;
        run.Model.BuildFor(sample.Inputs);
        sample.Prepare(run.Model.TrainSteps());
    }

    internal override void Run(TrainingRun run, Action<TrainingLogs> ended, Func<bool> goesOn)
    {
        new StepTraining(run, optimizer).Run(ended, goesOn);
        optimizer.FinalizeVariables();
    }

    private protected override void Dispose(bool disposing) => optimizer.Dispose();
}
