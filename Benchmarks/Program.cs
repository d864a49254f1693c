using TfLbfgs.Benchmarks;

string command = args.Length > 0 ? args[0] : "";
switch (command)
{
    case "call-overhead":
        CallOverhead.Run();
        return 0;
    default:
        Console.Error.WriteLine("Usage: dotnet run --project Benchmarks -c Release -- call-overhead");
        return 2;
}
