using TfLbfgs.Cli.Output;
using TfLbfgs.Keras.Saving;

namespace TfLbfgs.Cli.Data;

/// <summary>The scaling of a model that is written in another format: it goes with the model, or its loss is a warning.</summary>
internal sealed class ConversionScaling
{
    private readonly Scaling? _scaling;

    private ConversionScaling(Scaling? scaling) => _scaling = scaling;

    /// <summary>The scaling of the input.</summary>
    /// <exception cref="TfLbfgsException">Model and scaling do not belong together.</exception>
    public static ConversionScaling Of(string input)
    {
        using ModelFile file = ModelFile.Open(input);
        return new ConversionScaling(ScaledModel.ScalingOf(input, file.Metadata, out _));
    }

    /// <summary>Writes the scaling file of the output where it is a model, and removes that of the one which was replaced.</summary>
    public void Keep(string output, string side, Report report)
    {
        bool isModel;
        using (ModelFile file = ModelFile.Open(output))
            isModel = file.ConfigJson is not null;
        if (_scaling is not null && !isModel)
            report.Warn("the scaling of the columns: the output holds weights alone.");
        ScaledModel.WriteForPeople(side, isModel ? _scaling : null, report);
    }
}
