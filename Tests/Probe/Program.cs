using TfLbfgs;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Runtime;

// What tests run in a child process, since a hostile file may end it: "model FILE" loads a whole model, "weights FILE" loads weights into the model of reference/keras/bad.
// Ends with 0 and the report on stdout, or with 2 and the message on stderr; after a refusal the model must be what it was.
if (args is not ["model" or "weights", string path])
{
    Console.Error.WriteLine("usage: model FILE | weights FILE");
    return 64;
}

if (args[0] == "model")
{
    try
    {
        using Model loaded = Model.Load(path);
        Print(loaded.LoadReport!, loaded);
        return 0;
    }
    catch (TfLbfgsException e)
    {
        return Refuse(e);
    }
}

using Sequential model = new(DType.Float64) { new InputLayer([3]), new Dense(4, "tanh"), new Dense(4, "tanh"), new Dense(2) };
double[][] before = model.GetWeights();
try
{
    Print(model.LoadWeights(path), model);
    return 0;
}
catch (TfLbfgsException e)
{
    if (!before.SelectMany(w => w).SequenceEqual(model.GetWeights().SelectMany(w => w)))
    {
        Console.Error.WriteLine("the model was changed by weights that were refused");
        return 3;
    }

    return Refuse(e);
}

static void Print(LoadReport report, Model model)
{
    Console.WriteLine(report);
    Console.WriteLine("values: " + string.Join(' ', model.GetWeights().SelectMany(w => w).Select(v => v.ToString("R", System.Globalization.CultureInfo.InvariantCulture))));
}

static int Refuse(TfLbfgsException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
