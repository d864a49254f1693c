using System.CommandLine;
using TfLbfgs.Cli.Data;
using TfLbfgs.Cli.Files;
using TfLbfgs.Cli.Output;
using TfLbfgs.Cli.Training;
using TrainingData = TfLbfgs.Cli.Data.TrainingData;

namespace TfLbfgs.Cli.Commands;

/// <summary><c>train</c>: makes a model and trains it with Adam, then L-BFGS, on the rows of a table.</summary>
internal static class TrainCommand
{
    private static readonly Option<string?> LayersOption =
        new("--layers") { Description = "The units of the hidden layers, separated by commas. Default: 64,64.", HelpName = "N[,N]" };

    private static readonly Option<string?> ActivationOption =
        new("--activation") { Description = "The activation of the hidden layers. Default: tanh.", HelpName = "NAME" };

    private static readonly Option<string?> ConfigOption =
        new("--config")
        {
            Description = "The architecture as JSON, as model.to_json() of Keras gives it, in place of --layers.",
            HelpName = "FILE"
        };

    private static readonly Option<double> L2Option = NumberOption.Create(
        "--l2", "The factor of the squared weights that are added to the loss; not with --config.", "a number of at least 0", (double x) =>
            x >= 0 && double.IsFinite(x), 0);

    private static readonly Option<int> EpochsOption =
        NumberOption.Create("--epochs", "The epochs of Adam before L-BFGS; 0: none.", "an integer of at least 0", (int n) => n >= 0, 100);

    private static readonly Option<double> RateOption = NumberOption.Create(
        "--learning-rate", "The learning rate of Adam.", "a number above 0", (double x) => x > 0 && double.IsFinite(x), 0.001);

    private static readonly Option<int> BatchOption = CommonOptions.BatchSize("those of one step of Adam", 32);

    private static readonly Option<int> SeedOption = CommonOptions.Seed("the first weights and the order of the rows");

    public static Command Create()
    {
        ToolCommand command = new(
            "train", "Makes a model and trains it on a table with Adam, then L-BFGS, and saves it. Ctrl-C saves the best point so far.",
            "train --data data.csv --target y --standardize --output model.keras",
            "train --data iris.csv --target species --loss sparse_categorical_crossentropy --layers 32,32 --activation relu --output "
            + "iris.h5 --report report",
            "train --data arrays.npz --target y --config architecture.json --epochs 0 --output model.keras");
        Func<ParseResult, Report, FilePlan, TrainingOptions> read = TrainingOptions.AddTo(command);
        command.AddOptions(LayersOption, ActivationOption, ConfigOption, L2Option, EpochsOption, RateOption, BatchOption,
            SeedOption);
        command.SetRun(session =>
        {
            FilePlan files = new();
            files.Read(ConfigOption.Name, session.Options.GetValue(ConfigOption));
            return Run(read(session.Options, session.Report, files), session);
        });
        return command;
    }

    private static int Run(TrainingOptions options, Session session)
    {
        ParseResult parsed = session.Options;
        NewModel recipe = new()
        {
            Layers = parsed.GetValue(LayersOption),
            Activation = parsed.GetValue(ActivationOption),
            ConfigFile = parsed.GetValue(ConfigOption),
            L2 = parsed.GetValue(L2Option),
            Seed = parsed.GetValue(SeedOption),
            DType = options.DType,
        };
        recipe.Check();
        string loss = options.Loss ?? "mse";
        TrainingData data = TrainingData.Read(options.Data, options.Columns, options.ValidationSplit);
        using ScaledModel model = new(recipe.Create(loss, data), recipe.ConfigFile ?? options.Output);
        ModelShape shape = ModelShape.Check(model.Model, model.Path, data.InputColumns);
        TargetRules.Check(loss, shape.Outputs, data);
        Scaling? scaling = options.Standardize ? Scaling.Fit(data, TargetRules.ScalesTargets(loss)) : null;
        string origin = Scaling.OriginOf(options.Standardize);

        Report report = session.Report;
        report.Say(model.Model.Summary());
        report.Say($"Data     {options.Data}: {data.Rows} rows to train on, {data.ValidationRows} to validate with; {loss} of "
            + $"{TerminalText.Quote(data.TargetColumns)}");
        report.Say($"Scaling  {origin}");
        int epochs = parsed.GetValue(EpochsOption);
        AdamPhase? adam = epochs == 0
            ? null : new AdamPhase(epochs, parsed.GetValue(BatchOption), parsed.GetValue(RateOption), recipe.Seed);
        return new ModelTraining(options, loss, model, data, scaling, session) { ScalingOrigin = origin, Adam = adam }.Run();
    }
}
